"""The pane of mailboxes: the special ones first, each with what is unread, and the letters begun here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import getters
from textual.content import Content
from textual.message import Message
from textual.widgets.option_list import Option

from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.tui.front import Front
from linksec_tui.tui.text import assemble
from linksec_tui.tui.widgets.message_line import fitted
from linksec_tui.tui.widgets.options import Options

_ORDER = {role: at for at, role in enumerate(Role)}
WIDTH = 18  # cells inside the pane


class MailboxPane(Options):
    """Mailboxes of all accounts."""

    app = getters.app(Front)

    @dataclass
    class Chosen(Message):
        """Another mailbox should be shown."""

        mailbox: Mailbox

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.mailboxes: tuple[Mailbox, ...] = ()

    def show(self, mailboxes: Sequence[Mailbox]) -> None:
        """Draw these; the cursor stays."""
        accounts = list(dict.fromkeys(mailbox.account for mailbox in mailboxes))  # in the configuration's order
        self.mailboxes = tuple(sorted(mailboxes, key=lambda each: (accounts.index(each.account), *_place(each))))
        if len(accounts) < 2:
            self.set_prompts([(str(mailbox.id), self._line(mailbox)) for mailbox in self.mailboxes])
            return
        prompts: list[tuple[str, Content]] = []
        for account in accounts:
            name = fitted(account, WIDTH, self.app.marks.ellipsis)
            prompts.append((_heading(account), assemble((name, "$accent"))))
            prompts += [(str(each.id), self._line(each)) for each in self.mailboxes if each.account == account]
        self.set_prompts(prompts, headings={_heading(account) for account in accounts})

    def _line(self, mailbox: Mailbox) -> Content:
        count = str(mailbox.unread) if mailbox.unread else ""
        room = WIDTH - cell_len(count) - 1
        style = "bold" if mailbox.unread else ""
        name = fitted(mailbox_name(mailbox), room, self.app.marks.ellipsis)
        return assemble((name, style), " ", (count, "$accent"))

    def mailbox(self, option: Option) -> Mailbox | None:
        return next((mailbox for mailbox in self.mailboxes if str(mailbox.id) == option.id), None)

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
