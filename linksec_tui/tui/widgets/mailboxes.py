"""The pane of mailboxes: all inboxes as one, then each account's, the special ones first, each with what is unread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from rich.cells import cell_len
from textual import getters
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets.option_list import Option

from linksec_tui.model.mailbox import ALL_INBOXES, Mailbox, Role
from linksec_tui.tui.front import Front
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import bindings
from linksec_tui.tui.text import assemble
from linksec_tui.tui.widgets.message_line import fitted
from linksec_tui.tui.widgets.options import Options

_ORDER = {role: at for at, role in enumerate(Role)}
_AROUND = 3  # cells beside a name: a blank on either side, and the scroll bar
_USUAL = 21  # cells of the pane before it is drawn


class MailboxPane(Options):
    """Mailboxes of all accounts."""

    app = getters.app(Front)
    BINDINGS: ClassVar[list[BindingType]] = bindings(Place.PANE)

    @dataclass
    class Chosen(Message):
        """Another mailbox should be shown."""

        mailbox: Mailbox

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.mailboxes: tuple[Mailbox, ...] = ()
        self._open = ""  # the option of the mailbox whose messages are listed

    @property
    def everything(self) -> tuple[Mailbox, ...]:
        """What can be shown: with several accounts all inboxes as one, too."""
        if len(self._accounts()) < 2:
            return self.mailboxes
        unread = sum(each.unread for each in self.inboxes)
        return (replace(ALL_INBOXES, unread=unread), *self.mailboxes)

    @property
    def inboxes(self) -> tuple[Mailbox, ...]:
        return tuple(each for each in self.mailboxes if each.role is Role.INBOX)

    def show(self, mailboxes: Sequence[Mailbox]) -> None:
        """Draw these; the cursor stays."""
        accounts = list(dict.fromkeys(mailbox.account for mailbox in mailboxes))  # in the configuration's order
        self.mailboxes = tuple(sorted(mailboxes, key=lambda each: (accounts.index(each.account), *_place(each))))
        self._draw()

    def stand_at(self, mailbox: Mailbox) -> None:
        """Its messages are listed: the cursor tells which one it is, wherever it was chosen."""
        self._open = str(mailbox.id)
        self._go_back()

    def _go_back(self) -> None:
        ids = [option.id for option in self.options]
        if not self.has_focus and self._open in ids:
            self.highlighted = ids.index(self._open)

    def on_blur(self) -> None:
        """What was looked at and not chosen is not what is shown."""
        self.call_after_refresh(self._go_back)

    def _draw(self) -> None:
        several = len(self._accounts()) > 1
        prompts: list[tuple[str, Content]] = []
        account = ""
        for mailbox in self.everything:
            if several and mailbox.account != account:
                account = mailbox.account
                name = fitted(account, self._room, self.app.marks.ellipsis)
                prompts.append((_heading(account), assemble((name, "$accent"))))
            prompts.append((str(mailbox.id), self._line(mailbox)))
        self.set_prompts(prompts, headings={_heading(each) for each in self._accounts()} if several else ())
        self._go_back()

    def _accounts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(mailbox.account for mailbox in self.mailboxes))

    @property
    def _room(self) -> int:
        return (self.size.width or _USUAL) - _AROUND

    def _line(self, mailbox: Mailbox) -> Content:
        count = str(mailbox.unread) if mailbox.unread else ""
        room = self._room - cell_len(count) - 1
        style = "bold" if mailbox.unread else ""
        name = fitted(mailbox_name(mailbox), room, self.app.marks.ellipsis)
        return assemble((name, style), " ", (count, "$accent"))

    def mailbox(self, option: Option) -> Mailbox | None:
        return next((mailbox for mailbox in self.everything if str(mailbox.id) == option.id), None)

    def on_resize(self) -> None:
        self._draw()

    def on_option_list_option_selected(self, event: Options.OptionSelected) -> None:
        event.stop()
        if (mailbox := self.mailbox(event.option)) is not None:
            self.post_message(self.Chosen(mailbox))


def _heading(account: str) -> str:
    return f"account {account}"


def mailbox_name(mailbox: Mailbox) -> str:
    """The name that people read; only INBOX shouts on the wire (RFC 3501 §5.1)."""
    return "Inbox" if mailbox.role is Role.INBOX else mailbox.name


def _place(mailbox: Mailbox) -> tuple[int, str]:
    special = _ORDER[mailbox.role] if mailbox.role is not Role.NONE else len(_ORDER)
    return (special, mailbox.name.casefold())
