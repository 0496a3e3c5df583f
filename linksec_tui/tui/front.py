"""What every screen may expect of the application it runs in: desk, configuration, the terminal's glyphs, one voice.

Screens know this file and not the app, so that one of them can be shown alone.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from dataclasses import replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack, cast

from textual.app import App
from textual.reactive import reactive
from textual.screen import Screen
from textual.signal import Signal
from textual.worker import Worker, WorkerState

from linksec_tui.config import Config
from linksec_tui.model.eavesdrop import Impostor, ImpostorMode, Tap
from linksec_tui.model.errors import LinksecError
from linksec_tui.model.events import ConnectionChanged, Event, Link
from linksec_tui.model.ladder import Glyphs
from linksec_tui.tui.badge import glyphs_for
from linksec_tui.tui.keys import DEFAULT_KEYS, shown
from linksec_tui.tui.marks import Marks, marks
from linksec_tui.tui.notices import Notices
from linksec_tui.tui.open_letters import OpenLetters
from linksec_tui.tui.standing import Standing

if TYPE_CHECKING:
    from linksec_tui.desk import Desk  # at run time the app opens it after the first paint
    from linksec_tui.desk.early_mail import EarlyMail
    from linksec_tui.desk.glance import EarlyKey, Glance
    from linksec_tui.desk.secrets import Brought
    from linksec_tui.tui.graphics import Graphics, Question
    from linksec_tui.tui.roll import Roll
    from linksec_tui.tui.tour import Tour
    from linksec_tui.tui.tour_words import Guided


class Leave(StrEnum):
    """What the person wants when the client ends."""

    DONE = "done"
    DEMO = "demo"
    ACCOUNT = "account"


def forget(_: BaseException) -> None:
    """Where nobody wants crash reports."""


def nothing() -> None:
    """Where nobody waits for the desk."""


class Given(TypedDict, total=False):
    """What a client may be handed besides its configuration."""

    tap: Tap | None
    impostor: Impostor | None
    on_crash: Callable[[BaseException], None]


class Front(App[Leave]):
    """The base of the application."""

    CSS_PATH = Path(__file__).parent / "screens" / "page.tcss"

    standing: reactive[Standing] = reactive(Standing(), init=False)
    guided: reactive[Guided | None] = reactive(None, init=False)  # what the tour says
    tour: Tour | None = None

    def __init__(self, config: Config, **given: Unpack[Given]) -> None:
        super().__init__()
        self.on_crash = given.get("on_crash", forget)
        self.on_opened: Callable[[], object] = nothing
        self.config = config
        self.tap = given.get("tap")
        self.impostor = given.get("impostor")
        self.glyphs: Glyphs = glyphs_for(config.theme, os.environ)
        self.marks: Marks = marks(self.glyphs)
        self.set_class(self.glyphs is Glyphs.ASCII, "-ascii")
        self.desk_events: Signal[Event] = Signal(self, "desk events")
        self.desk_opened: Signal[None] = Signal(self, "desk opened")
        self.open_desk_or_none: Desk | None = None
        self.early_key: EarlyKey | None = None  # for the first desk that is opened
        self.early_mail: EarlyMail | None = None  # likewise
        self._glance: Glance | None = None
        self.glanced: Signal[Glance] = Signal(self, "glanced")  # where it came after the first painting
        self.graphics: Graphics | None = None  # how the terminal draws pictures, once it was asked
        self.graphics_question: Question | None = None  # while it is asked, and afterwards
        self.notices = Notices(self)
        self.connections: dict[str, ConnectionChanged | None] = {}
        self.at_hand = ""  # the account whose mailbox is shown
        self.last_problems: dict[str, str] = {}  # of each account, since the client was opened
        self.letters = OpenLetters(self)
        self.unsaved: dict[object, Callable[[], Awaitable[None]]] = {}  # what must be kept before the end

    @cached_property
    def roll(self) -> Roll:
        """Who was checked last: leaving the screen loses nothing."""
        from linksec_tui.tui.roll import Roll  # deferred: whoever only reads mail checks nobody

        return Roll()

    @property
    def glance(self) -> Glance | None:
        """What is shown until the desk is open: kept from the last time, or come by now. Whoever asks shows it."""
        if self._glance is None and self.early_mail is not None:
            self._glance = self.early_mail.at_hand
        return self._glance

    @glance.setter
    def glance(self, glance: Glance | None) -> None:
        self._glance = glance

    @property
    def desk(self) -> Desk:
        """The open desk; only what runs after `desk_opened` may ask for it."""
        assert self.open_desk_or_none is not None
        return self.open_desk_or_none

    @property
    def _background_screens(self) -> list[Screen[object]]:
        """Textual takes what is behind a screen for visible, also where nothing shines through, and paints both anew
        for each word that reaches the hidden one: a letter to two hundred people fifteen times a second."""
        if self.screen_stack and not self.screen.is_modal:
            return []
        return cast("list[Screen[object]]", super()._background_screens)  # pyright: ignore[reportUnknownMemberType]

    @property
    def may_show(self) -> bool:
        """False while several changes are made that are to be seen at once."""
        return not self._batch_count

    def _end_batch(self) -> None:
        super()._end_batch()
        if self.may_show and self.screen_stack:
            self.screen.check_idle()  # it has waited with its painting

    @property
    def flat(self) -> bool:
        """No ground of its own marks what is under the cursor: the terminal's sixteen colours, or none."""
        return self.no_color or self.native_ansi_color

    def show_impostor(self, mode: ImpostorMode) -> None:
        """The status line warns while somebody stands in the middle."""
        self.standing = replace(self.standing, impostor=mode)

    def show_connections(self, account: str | None = None) -> None:
        """How the account at hand is connected, and which others are not; `account` is at hand from now on."""
        names = [each.name for each in self.config.accounts]
        self.at_hand = account or self.at_hand
        here = self.at_hand if self.at_hand in names else names[0] if names else ""
        away = [name for name in names if name != here and _is_offline(self.connections.get(name))]
        self.standing = replace(self.standing, connection=self.connections.get(here), elsewhere=tuple(away))

    def begin_anew(self, config: Config, brought: Brought | None = None) -> None:
        """From now on with this configuration; what is brought is kept where it says that secrets are."""
        raise NotImplementedError  # the app does it, too

    def add_account(self) -> None:
        """The screen for that."""
        raise NotImplementedError  # as above

    def open_again(self) -> None:
        """Try once more to open the desk."""
        raise NotImplementedError  # the app does it; screens know this base alone

    def key(self, key_id: str) -> str:
        """The key a person presses for `key_id`, as remapped, for sentences that name it."""
        return shown(",".join(self.keys_of(key_id)))[0]

    def keys_of(self, key_id: str) -> list[str]:
        """All keys of `key_id`, as the keyboard names them."""
        return [key.strip() for key in self.config.keys.get(key_id, DEFAULT_KEYS[key_id]).split(",")]

    def worker_ended(self, event: Worker.StateChanged) -> None:
        """A worker that failed does not end the client: the world's trouble is said, a fault of ours reported."""
        error = cast("Worker[object]", event.worker).error if event.state is WorkerState.ERROR else None
        if isinstance(error, LinksecError):
            self.say(error)
        elif error is not None:
            self.on_crash(error)
            self.say("Something went wrong inside. What you wrote is kept; a report was written.")

    def say(self, told: LinksecError | str) -> None:
        """One sentence to the person, and what to do."""
        if isinstance(told, LinksecError):
            self.notify(str(told), severity="warning", timeout=8, markup=False)
        else:
            self.notify(told, timeout=4, markup=False)


def _is_offline(connection: ConnectionChanged | None) -> bool:
    return connection is not None and connection.link is Link.OFFLINE
