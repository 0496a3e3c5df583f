"""Whoever sets up an account from a command line: what was given as an option is not asked; the rest is, if anybody
can be."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from linksec_tui.cli import terminal
from linksec_tui.cli.output import Output
from linksec_tui.desk.browser import open_page
from linksec_tui.model.account import Account, Server
from linksec_tui.model.discovery import Service
from linksec_tui.model.errors import BadInput, ConfigurationError
from linksec_tui.model.oauth import EnterCode, OpenBrowser, SignedIn, SignInStep, Waiting
from linksec_tui.model.set_up import WIDEST_WORD, Question, StoryLine, Went

_TRIES = 3


@dataclass(kw_only=True)
class Newcomer:
    """`given` are the answers that stand on the command line, by option; `yes` takes the usual one of the others.

    `parse_server` reads a server as it is typed.
    """

    output: Output
    parse_server: Callable[[str, Service], Server]
    given: Mapping[str, str] = field(default_factory=dict[str, str])
    yes: bool = False
    story: list[StoryLine] = field(default_factory=list[StoryLine])

    def tell(self, line: StoryLine) -> None:
        if any(told.key == line.key and told.text == line.text for told in self.story):
            return
        self.story.append(line)
        if line.went is Went.HEADING:
            self.output.note("")
            self.output.note(line.text)
        else:
            self._paragraph(line.text, f"  {line.went.word:<{WIDEST_WORD}}  ")

    async def choose(self, question: Question) -> str:
        ids = [answer.id for answer in question.answers]
        given = self.given.get(question.option, "")
        if given:
            if given not in ids:
                raise BadInput(f"{question.option} {given} is not possible here.", f"Possible: {', '.join(ids)}.")
            return given
        if self.yes and question.usual:
            return question.usual
        self._require_terminal(question.text, question.option)
        self.output.note("")
        self._paragraph(question.text)
        for number, answer in enumerate(question.answers, 1):
            meaning = f": {answer.meaning}" if answer.meaning else ""
            self._paragraph(f"{answer.words}{meaning}", f"{number} ")
        return await self._number(question, ids)

    async def _number(self, question: Question, ids: list[str]) -> str:
        usual = f", or enter for {ids.index(question.usual) + 1}" if question.usual else ""
        for _ in range(_TRIES):
            typed = await asyncio.to_thread(terminal.ask_line, f"1 to {len(ids)}{usual}")
            if not typed and question.usual:
                return question.usual
            if typed.isdecimal() and 1 <= int(typed[:3]) <= len(ids):
                return ids[int(typed) - 1]
        raise BadInput("No answer was chosen.", "Nothing was written; start again when you want.")

    async def ask(self, words: str, option: str, *, hidden: bool = False) -> str:
        self._require_terminal(f"{words} is needed.", option)
        return await asyncio.to_thread(terminal.ask_hidden if hidden else terminal.ask_line, words)

    async def by_hand(self, known: Account) -> tuple[Server, Server]:
        reading = known.imap or await self._server("reading mail (IMAP)", Service.IMAP)
        return reading, known.submission or await self._server("sending mail (submission)", Service.SUBMISSION)

    async def _server(self, purpose: str, service: Service) -> Server:
        typed = await self.ask(f"The server for {purpose}, as HOST or HOST:PORT", f"--{service.value}")
        return self.parse_server(typed, service)

    async def sign_in(self, step: SignInStep) -> None:
        match step:
            case OpenBrowser():
                self.output.note("Sign in with a browser on this machine, at this address:")
                self.output.note(step.address)
                await open_page(step.address)
            case EnterCode():
                self.output.note(f"On any device, open {step.address} and enter this code: {step.code}")
            case Waiting():
                self.output.note("Waiting until you have signed in; ctrl+c gives up.")
            case SignedIn():
                self.output.note("Signed in.")
            case _:
                assert_never(step)

    def _paragraph(self, text: str, sign: str = "") -> None:
        first, *rest = self.output.wrapped(text, indent=" " * len(sign))
        self.output.note(sign + first[len(sign) :])
        for line in rest:
            self.output.note(line)

    def _require_terminal(self, what: str, option: str) -> None:
        if not terminal.is_there():
            raise ConfigurationError(f"{what} There is no terminal to ask on.", f"Say it with {option}.")
