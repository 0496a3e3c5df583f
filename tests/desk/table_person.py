"""Somebody who sets up an account, as a table of answers; and what they give."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from linksec_tui.model.account import Account, Server
from linksec_tui.model.address import Address
from linksec_tui.model.oauth import OpenBrowser, SignInStep
from linksec_tui.model.set_up import Question, StoryLine, Wanted
from tests.desk.small_provider import READING, SENDING

ADDRESS = Address("alice", "own.example")
NAMED = Wanted(
    address=ADDRESS,
    password="sesame",
    imap=Server(host=READING, port=993),
    submission=Server(host=SENDING, port=465),
)


@dataclass
class TablePerson:
    """Answers questions by what stands in their text; every other one ends the test."""

    answers: dict[str, str] = field(default_factory=dict[str, str])
    typed: dict[str, str] = field(default_factory=dict[str, str])
    story: list[StoryLine] = field(default_factory=list[StoryLine])
    asked: list[str] = field(default_factory=list[str])
    page: asyncio.Queue[str] = field(default_factory=asyncio.Queue[str])

    @property
    def told(self) -> str:
        return "\n".join(line.text for line in self.story)

    def tell(self, line: StoryLine) -> None:
        self.story.append(line)

    async def choose(self, question: Question) -> str:
        self.asked.append(question.text)
        answer = next(answer for part, answer in self.answers.items() if part in question.text)
        assert answer in [each.id for each in question.answers]
        return answer

    async def ask(self, words: str, option: str, *, hidden: bool = False) -> str:
        self.asked.append(words)
        return next(answer for part, answer in self.typed.items() if part in words)

    async def by_hand(self, known: Account) -> tuple[Server, Server]:
        assert NAMED.imap is not None
        assert NAMED.submission is not None
        return NAMED.imap, NAMED.submission

    async def sign_in(self, step: SignInStep) -> None:
        if isinstance(step, OpenBrowser):
            self.page.put_nowait(step.address)
