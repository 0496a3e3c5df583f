"""What is said and asked while an account is being set up; both front ends show the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from .account import Account, Server
from .address import Address
from .discovery import Service
from .errors import LinksecError
from .oauth import SignInStep
from .verification import State, Step


class Went(StrEnum):
    """How one line of the story stands."""

    WELL = "well"
    CAUTION = "caution"
    BADLY = "badly"
    NOTE = "note"
    HEADING = "heading"

    @property
    def word(self) -> str:
        """What stands before such a line, the same on the screen and on standard error."""
        return _WORDS.get(self, "")


_WORDS = {Went.WELL: "ok", Went.CAUTION: "note", Went.BADLY: "failed"}
WIDEST_WORD = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """One line of what happened. A later line of the same `key` takes its place."""

    key: str
    text: str
    went: Went = Went.NOTE


_SERVICES = {Service.IMAP: "Reading", Service.SUBMISSION: "Sending"}
_WENT = {State.OK: Went.WELL, State.CAUTION: Went.CAUTION, State.FAILED: Went.BADLY}


def step_lines(step: Step) -> tuple[StoryLine, StoryLine]:
    """A step of a trial, under the heading of its server."""
    failed = step.state is State.FAILED
    text = f"{step.text} {step.next_step}".strip() if failed else f"{step.stage.words}: {step.text}"
    return (
        StoryLine(key=f"try {step.service}", text=_SERVICES[step.service], went=Went.HEADING),
        StoryLine(key=f"try {step.service} {step.stage}", text=text, went=_WENT[step.state]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer to a question, and what it means."""

    id: str
    words: str
    meaning: str = ""
    possible: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What only the person can decide. `option` is what answers it on a command line; `usual` is what who says yes to
    everything gets, empty where nobody may be taken to have meant it."""

    text: str
    answers: Sequence[Answer]
    option: str
    usual: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the person gave. What is empty is found, or asked for."""

    address: Address
    password: str = field(default="", repr=False)
    password_command: str = ""
    sign_in: bool = False  # at the provider's own page, even where a password would do
    name: str = ""
    display_name: str = ""
    user: str = ""
    signature: str = ""
    imap: Server | None = None
    submission: Server | None = None
    ca_file: Path | None = None  # of an authority of one's own


class Person(Protocol):
    """Whoever sets up the account, as set-up sees them: told, and asked."""

    def tell(self, line: StoryLine) -> None: ...

    async def choose(self, question: Question) -> str:
        """The id of an answer. Raises ConfigurationError where nobody can be asked."""
        ...

    async def ask(self, words: str, option: str, *, hidden: bool = False) -> str:
        """A line of text; empty where none is given. Raises ConfigurationError where nobody can be asked."""
        ...

    async def by_hand(self, known: Account) -> tuple[Server, Server]:
        """The servers for reading and for sending, from somebody who knows them."""
        ...

    async def sign_in(self, step: SignInStep) -> None:
        """Show what is to be done at the provider's page."""
        ...


class NotSetUp(LinksecError):
    """The person decided against it, or what they gave does not do; nothing was written."""
