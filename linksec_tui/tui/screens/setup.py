"""Adding an account: an address and a password; what is found, tried and asked about appears below, line by line.

The order of things is desk's: this screen is the `Person` who is told and asked. Whatever was typed stays while one
goes back, and nothing is written before all of it works.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, assert_never

from textual import work
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Input, Label
from textual.worker import Worker, WorkerCancelled

from linksec_tui.model.account import Account, Server
from linksec_tui.model.discovery import Service
from linksec_tui.model.errors import BadInput, LinksecError
from linksec_tui.model.oauth import EnterCode, OpenBrowser, SignedIn, SignInStep, Waiting
from linksec_tui.model.set_up import Question, StoryLine, Wanted, Went
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.screens.ask import AskLine, AskYes
from linksec_tui.tui.screens.page import Page
from linksec_tui.tui.widgets.asked import Asked
from linksec_tui.tui.widgets.story import StoryView

if TYPE_CHECKING:
    from linksec_tui.desk.setting_up import Added, SettingUp

_BEGINNING = (
    "An address and a password are enough: the servers are found, tried, and shown to you before anything is written.",
    "If your provider signs people in on a page of its own, leave the password empty.",
)
_ROWS = {
    "address": ("Address", "name@domain"),
    "password": ("Password", ""),
    "display-name": ("Your name", "as it stands in From; may stay empty"),
    "user": ("User name", "found by itself"),
    "imap": ("To read", "found by itself, or HOST:PORT"),
    "submission": ("To send", "found by itself, or HOST:PORT"),
    "signature": ("Signature", "stands below new letters; may stay empty"),
    "ca-file": ("CA file", "for your own server: who vouches for it"),
}
_BY_HAND = ("user", "imap", "submission", "signature", "ca-file")


class SetupScreen(Page):
    """One account."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.SETUP)
    CSS_PATH = "setup.tcss"
    heading = "Add an account"
    name_of_keys = "setup"

    def __init__(self) -> None:
        super().__init__()
        self.lines = {name: _line(name, hint) for name, (_, hint) in _ROWS.items()}
        self.story = StoryView(id="setup-story")
        self.asked = Asked(id="setup-asked")
        self._setting_up: SettingUp | None = None
        self._walk: Worker[None] | None = None
        self._page = ""  # where one signs in
        self._wrong = "address"  # the line to go back to

    def content(self) -> list[Widget]:
        rows = [_row(name, label, self.lines[name]) for name, (label, _) in _ROWS.items()]
        return [Vertical(Vertical(*rows, id="setup-form"), self.story, id="setup"), self.asked]

    def on_mount(self) -> None:
        for number, text in enumerate(_BEGINNING):
            self.story.tell(StoryLine(key=f"beginning {number}", text=text))
        self.lines["address"].focus()

    # What the person does

    def action_next_line(self) -> None:
        """To the next line that is needed, or begin where there is none.

        By a key of the screen, which keys typed right behind it cannot overtake: a password in the line of the address
        would be looked up.
        """
        if self.focused is self.lines["address"] and not self.lines["password"].value:
            self.set_focus(self.lines["password"])  # at once; a widget's own focus() waits for its turn
        else:
            self.action_go()

    def action_go(self) -> None:
        if not self._walking:
            self._walk = self._set_up()

    def action_servers(self) -> None:
        """The lines for who knows better."""
        self.add_class("-by-hand")
        self.lines["imap"].focus()

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self._page)
        self.app.say("Copied, where your terminal allows that.")

    def action_back(self) -> None:
        """From what is being done to the form; from the form to where one came from."""
        if self._walking and self._walk is not None:
            self._walk.cancel()
        else:
            self._leave()

    @work(exclusive=True, group="leave", exit_on_error=False)
    async def _leave(self) -> None:
        typed = any(line.value for line in self.lines.values())
        if not typed or await self.app.push_screen_wait(AskYes("Stop adding an account? Nothing was written.", "Stop")):
            self.app.pop_screen()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        if action == "next_line":
            return self.focused in self.lines.values()
        if action == "copy":
            return bool(self._page)
        return not self._walking if action in ("go", "servers") else True

    @property
    def _walking(self) -> bool:
        return self._walk is not None and self._walk.is_running

    # The walk

    @work(exclusive=True, group="walk", exit_on_error=False)
    async def _set_up(self) -> None:
        self.story.show(())
        self._set_still(True)
        try:
            self._finish(await self._engine().run(self._wanted(), self))
        except LinksecError as problem:
            self._stopped(problem)
        except WorkerCancelled:
            raise
        finally:
            self._page = ""
            self._set_still(False)

    def _engine(self) -> SettingUp:
        from linksec_tui.desk.setting_up import SettingUp  # deferred: brings sockets, only when an account is added

        if self._setting_up is None:
            self._setting_up = SettingUp(config=self.app.config, clock=lambda: datetime.now(UTC))
        return self._setting_up

    def _wanted(self) -> Wanted:
        """What stands in the form. Raises BadInput; `_wrong` is the line then."""
        from linksec_tui.desk.setting_up import parse_address  # deferred: as above

        self._wrong = "address"
        address = parse_address(self._typed("address"))
        imap, submission = self._server(Service.IMAP), self._server(Service.SUBMISSION)
        self._wrong = "address"
        return Wanted(
            address=address,
            password=self.lines["password"].value,
            display_name=self._typed("display-name"),
            user=self._typed("user"),
            imap=imap,
            submission=submission,
            signature=self._typed("signature"),
            ca_file=Path(typed).expanduser() if (typed := self._typed("ca-file")) else None,
        )

    def _server(self, service: Service) -> Server | None:
        from linksec_tui.desk.set_up_servers import parse_server  # deferred: as above

        typed = self._typed(service.value)
        if not typed:
            return None
        self._wrong = service.value
        return parse_server(typed, service)

    def _typed(self, name: str) -> str:
        return self.lines[name].value.strip()

    def _stopped(self, problem: LinksecError) -> None:
        self.story.tell(StoryLine(key="stopped", text="Not added yet", went=Went.HEADING))
        if not any(problem.sentence in line.text for line in self.story.lines):
            self.story.tell(StoryLine(key="problem", text=str(problem), went=Went.BADLY))
        self.story.tell(
            StoryLine(key="again", text="Nothing was written. Change what is wrong above, and press enter.")
        )
        if getattr(problem, "refused", False):
            self._wrong = "password"

    def _finish(self, added: Added) -> None:
        for line in self.lines.values():
            line.value = ""
        self.app.begin_anew(added.config, added.brought)

    def _set_still(self, still: bool) -> None:
        self.query_one("#setup-form").disabled = still
        self.set_class(still, "-walking")
        self.refresh_bindings()
        if not still and self.is_current:
            self.lines[self._wrong].focus()

    # Person

    def tell(self, line: StoryLine) -> None:
        self.story.tell(line)

    async def choose(self, question: Question) -> str:
        return await self.asked.ask(question)

    async def ask(self, words: str, option: str, *, hidden: bool = False) -> str:  # noqa: ARG002 - for a command line
        return await self.app.push_screen_wait(AskLine(words, hidden=hidden)) or ""

    async def by_hand(self, known: Account) -> tuple[Server, Server]:
        """In the form's own lines; enter begins again."""
        for service, server in ((Service.IMAP, known.imap), (Service.SUBMISSION, known.submission)):
            if server is not None and not self._typed(service.value):
                self.lines[service.value].value = f"{server.host}:{server.port}"
        self.add_class("-by-hand")
        self._wrong = Service.IMAP.value
        raise BadInput("The names of both servers are needed.", "Type them above; your provider tells them.")

    async def sign_in(self, step: SignInStep) -> None:
        from linksec_tui.desk.browser import open_page  # deferred: only here

        for line in sign_in_lines(step):
            self.story.tell(line)
        if isinstance(step, OpenBrowser | EnterCode):
            self._page = step.address
            self.refresh_bindings()
        if isinstance(step, OpenBrowser):
            await open_page(step.address)


def sign_in_lines(step: SignInStep) -> Iterator[StoryLine]:
    """What the person is to do at the provider's page."""
    match step:
        case OpenBrowser():
            yield StoryLine(
                key="sign-in", text="Sign in with a browser on this machine, at this address:", went=Went.CAUTION
            )
            yield StoryLine(key="sign-in address", text=step.address)
        case EnterCode():
            yield StoryLine(
                key="sign-in",
                text=f"On any device, open {step.address} and enter this code: {step.code}",
                went=Went.CAUTION,
            )
        case Waiting():
            yield StoryLine(
                key="waiting",
                text=f"Waiting until you have done it, at the latest until {step.until.astimezone():%H:%M}.",
            )
        case SignedIn():
            yield StoryLine(key="waiting", text="Signed in.", went=Went.WELL)
        case _:
            assert_never(step)


def _line(name: str, hint: str) -> Input:
    return Input(placeholder=hint, password=name == "password", compact=True, id=f"setup-{name}")


def _row(name: str, label: str, line: Input) -> Horizontal:
    return Horizontal(Label(label), line, classes="setup-row by-hand" if name in _BY_HAND else "setup-row")
