"""Every key of the client in one table: it makes the bindings, the hints, the help, the palette and docs/keys.md.

Ids are stable, because people name them in `[keys]` of their configuration (`keymap` checks that). Two things of the
same place never share a key by default.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from textual.binding import Binding, BindingType


class Place(StrEnum):
    """Where keys hold. Two places of one screen (a list inside the mailbox screen) are told apart by the focus."""

    EVERYWHERE = "Everywhere"
    MAILBOX = "Mailbox"
    LIST = "Message list"
    READING = "Reading"
    CARD = "Returned letter"
    COMPOSE = "Writing a letter"
    RECIPIENTS = "Recipients"
    REQUIREMENT = "Requirement"
    SENDER = "From"
    GATE = "The gate"
    OUTBOX = "Outbox"
    DRAFTS = "Letters begun"
    TAP = "The tap"
    CHECK = "Check"
    CONTACTS = "People"
    CONTACT = "One of them"
    TABLE = "Table of recipients"
    OPTIONS = "Any short list"
    DIALOGUE = "A question"
    QUESTION = "A line asked for"
    PICK = "Go to"
    SOURCE = "Source of a message"
    WAY = "The way it came"
    PICTURE = "A picture"
    START = "First start"
    SETUP = "Adding an account"
    ACCOUNTS = "Accounts"
    HELP = "Help"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key: `action` is what it does in its place, `hint` whether the bottom line names it."""

    id: str
    keys: str
    action: str
    label: str
    place: Place
    hint: bool = False
    priority: bool = False

    @property
    def binding(self) -> Binding:
        return Binding(self.keys, self.action, self.label, id=self.id, show=self.hint, priority=self.priority)


def _table(place: Place, *rows: tuple[str, str, str, str] | tuple[str, str, str, str, str]) -> Iterator[Key]:
    for row in rows:
        traits = row[4] if len(row) == 5 else ""
        yield Key(
            id=row[0], keys=row[1], action=row[2], label=row[3], place=place,
            hint="hint" in traits, priority="priority" in traits,
        )  # fmt: skip


KEYS: tuple[Key, ...] = (
    *_table(
        Place.EVERYWHERE,
        ("app.help", "question_mark,f1", "help", "Help", "hint"),
        ("app.palette", "ctrl+p", "command_palette", "All commands"),
        ("app.quit", "ctrl+q", "leave", "Quit", "priority"),
        ("app.interrupt", "ctrl+c", "leave", "Quit"),
        ("pane.next", "tab", "app.focus_next", "Next pane", "priority"),
        ("pane.previous", "shift+tab", "app.focus_previous", "Pane before", "priority"),
    ),
    *_table(
        Place.CARD,
        ("card.notice", "N", "card_notice", "Send them the notice", "hint"),
        ("card.later", "L", "card_later", "Keep it for later", "hint"),
        ("card.again", "A", "card_again", "Check again", "hint"),
        ("card.edit", "E", "card_edit", "Edit and send again", "hint"),
        ("card.elsewhere", "O", "card_elsewhere", "To another address of theirs"),
        ("card.anyway", "W", "card_anyway", "Send again without the requirement"),
        ("card.without-tls", "T", "card_without_tls", "Deliver even if TLS fails"),
    ),
    *_table(
        Place.MAILBOX,
        ("mail.compose", "c", "compose_letter", "Compose", "hint"),
        ("mail.reply", "r", "reply", "Reply", "hint"),
        ("mail.reply-all", "R", "reply_all", "Reply to all"),
        ("mail.forward", "f", "forward", "Forward"),
        ("mail.search", "slash", "search", "Search", "hint"),
        ("mail.outbox", "o", "outbox", "Outbox", "hint"),
        ("mail.tap", "t", "tap", "Tap", "hint"),
        ("mail.quit", "q", "app.leave", "Quit", "hint"),
        ("mail.goto", "g", "goto", "Go to", "hint"),
        ("mail.delete", "d", "delete", "Delete", "hint"),
        ("mail.archive", "e", "archive", "Archive", "hint"),
        ("mail.star", "s", "star", "Star", "hint"),
        ("mail.next-unread", "n", "next_unread", "Next unread", "hint"),
        ("mail.unread", "U", "toggle_unread", "Mark unread, or read"),
        ("mail.drafts", "b", "drafts", "Letters begun"),
        ("mail.check", "v", "check", "Check recipients"),
        ("mail.contacts", "p", "contacts", "People"),
        ("mail.accounts", "a", "accounts", "Accounts"),
        ("mail.way", "i", "way", "The way it came"),
        ("mail.source", "h", "source", "Source of the message"),
        ("mail.refresh", "ctrl+r", "refresh", "Fetch mail now"),
        ("mail.back", "escape", "back", "Back to the list"),
    ),
    *_table(
        Place.LIST,
        ("list.next", "j,down", "move(1)", "Next"),
        ("list.previous", "k,up", "move(-1)", "Before"),
        ("list.page-down", "pagedown,space", "page(1)", "A page down"),
        ("list.page-up", "pageup", "page(-1)", "A page up"),
        ("list.first", "home", "first", "First"),
        ("list.last", "G,end", "last", "Last"),
        ("list.open", "enter", "open", "Read", "hint"),
        ("list.select", "x", "select", "Select"),
    ),
    *_table(
        Place.READING,
        ("read.down", "j,down", "scroll_down", "Down"),
        ("read.up", "k,up", "scroll_up", "Up"),
        ("read.page-down", "pagedown,space", "page_down", "A page down"),
        ("read.page-up", "pageup", "page_up", "A page up"),
        ("read.first", "home", "scroll_home", "Top"),
        ("read.last", "G,end", "scroll_end", "End"),
        ("read.all", "a", "show_all", "Show all of it"),
    ),
    *_table(
        Place.COMPOSE,
        ("compose.send", "ctrl+s,ctrl+enter", "send", "Send", "hint"),
        ("compose.require", "ctrl+r", "require", "Require", "hint"),
        ("compose.from", "f2", "sender", "From"),
        ("compose.copies", "ctrl+b", "copies", "Cc, Bcc", "hint"),
        ("compose.blind", "ctrl+n", "blind", "Bcc instead", "hint"),
        ("compose.check", "ctrl+l", "check", "Check", "hint"),
        ("compose.editor", "ctrl+g", "editor", "Editor", "hint"),
        ("compose.attach", "ctrl+o", "attach", "Attach", "hint"),
        ("compose.detach", "ctrl+t", "detach", "Take the last file off"),
        ("compose.close", "escape", "close", "Close", "hint"),
    ),
    *_table(
        Place.RECIPIENTS,
        ("chips.up", "up", "chip(-1)", "Recipient before"),
        ("chips.down", "down", "chip(1)", "Next recipient"),
        ("chips.remove", "ctrl+x,delete", "chip_remove", "Take recipient out"),
        ("chips.field", "ctrl+f", "chip_field", "To, Cc or Bcc: move on"),
        ("chips.close", "escape", "close_names", "Close the list of names"),
    ),
    *_table(
        Place.REQUIREMENT,
        ("require.more", "right,l", "more(1)", "More"),
        ("require.less", "left,h", "more(-1)", "Less"),
    ),
    *_table(
        Place.SENDER,
        ("sender.next", "right,l", "another(1)", "The next one"),
        ("sender.previous", "left,h", "another(-1)", "The one before"),
        ("sender.open", "enter,space", "open", "Show all", "hint"),
    ),
    *_table(
        Place.GATE,
        ("gate.notice", "n", "choose('notice')", "Notice", "hint"),
        ("gate.leave-out", "l", "choose('leave-out')", "Leave out", "hint"),
        ("gate.try", "t", "choose('try')", "Try", "hint"),
        ("gate.all-notice", "N", "choose_all('notice')", "Notice to all"),
        ("gate.all-leave-out", "L", "choose_all('leave-out')", "Leave all out"),
        ("gate.all-try", "T", "choose_all('try')", "Try with all"),
        ("gate.other", "o", "other", "Their other address", "hint"),
        ("gate.lower", "W", "lower", "Send anyway", "hint"),
        ("gate.confirm", "y", "confirm", "Yes, I mean it"),
        ("gate.again", "a", "again", "Ask again", "hint"),
        ("gate.send", "ctrl+s,ctrl+enter", "send", "Send", "hint"),
        ("gate.back", "escape", "back", "Back", "hint"),
    ),
    *_table(
        Place.OUTBOX,
        ("outbox.retry", "r", "retry", "Try again", "hint"),
        ("outbox.cancel", "d", "cancel", "Take back", "hint"),
        ("outbox.back", "escape,q,o", "back", "Back", "hint"),
    ),
    *_table(
        Place.DRAFTS,
        ("drafts.discard", "d", "discard", "Throw away", "hint"),
        ("drafts.back", "escape,q,b", "back", "Back", "hint"),
    ),
    *_table(
        Place.TAP,
        ("tap.impostor", "i", "impostor", "Impostor", "hint"),
        ("tap.clear", "c", "clear", "Forget what was heard", "hint"),
        ("tap.follow", "f", "follow", "Follow the newest", "hint"),
        ("tap.back", "escape,q,t", "back", "Back", "hint"),
    ),
    *_table(
        Place.CHECK,
        ("check.run", "ctrl+s,ctrl+enter", "run", "Check"),
        ("check.load", "ctrl+o", "load", "Load", "hint"),
        ("check.take", "ctrl+t", "take", "From a letter or contacts"),
        ("check.require", "ctrl+r", "require", "Require", "hint"),
        ("check.filter", "f", "filter(1)", "Filter", "hint"),
        ("check.filter-back", "F", "filter(-1)", "Filter, the other way"),
        ("check.find", "slash", "find", "Find", "hint"),
        ("check.sort", "s", "sort", "Sort", "hint"),
        ("check.turn", "S", "turn", "Turn the order round"),
        ("check.pause", "p", "pause", "Stop, or go on", "hint"),
        ("check.write", "w", "write", "Write", "hint"),
        ("check.export", "e", "export", "Export", "hint"),
        ("check.copy", "y", "copy", "Copy", "hint"),
        ("check.probe", "ctrl+l", "probe", "Look anew, connecting"),
        ("check.remove", "d,delete", "take_out", "Take out"),
        ("check.empty", "D", "empty", "Empty the list"),
        ("check.refused", "u", "refused", "What could not be read"),
        ("check.by-level", "1", "sort_by(1)", "Sort by level"),
        ("check.by-meeting", "2", "sort_by(2)", "Sort by who meets it"),
        ("check.by-recipient", "3", "sort_by(3)", "Sort by recipient"),
        ("check.by-domain", "4", "sort_by(4)", "Sort by domain"),
        ("check.by-reason", "5", "sort_by(5)", "Sort by reason"),
        ("check.by-server", "6", "sort_by(6)", "Sort by their servers"),
        ("check.as-given", "0", "sort_by(0)", "In the order given"),
        ("check.back", "escape", "back", "Back", "hint"),
    ),
    *_table(
        Place.CONTACTS,
        ("contacts.write", "c", "write", "Write to", "hint"),
        ("contacts.find", "slash", "find", "Find", "hint"),
        ("contacts.edit", "e", "edit", "Edit", "hint"),
        ("contacts.new", "n", "new", "New", "hint"),
        ("contacts.merge", "m", "merge", "Merge the selected", "hint"),
        ("contacts.part", "s", "part", "Part an address from them"),
        ("contacts.group", "g", "group", "Groups", "hint"),
        ("contacts.require", "r", "require(1)", "Require of them", "hint"),
        ("contacts.require-back", "R", "require(-1)", "Require, the other way"),
        ("contacts.domain", "w", "domain", "Require of their domain"),
        ("contacts.prefer", "f", "prefer", "The next address first"),
        ("contacts.list", "l", "mark_list", "It is a mailing list, or not"),
        ("contacts.delete", "d,delete", "delete", "Delete"),
        ("contacts.import", "i", "import", "Import"),
        ("contacts.export", "E", "export", "Export"),
        ("contacts.back", "escape,q,p", "back", "Back", "hint"),
    ),
    *_table(
        Place.CONTACT,
        ("contact.save", "ctrl+s,ctrl+enter", "save", "Keep it", "hint"),
        ("contact.leave", "escape", "leave_it", "Leave it", "hint"),
    ),
    *_table(
        Place.TABLE,
        ("table.next", "j,down", "move(1)", "Next"),
        ("table.previous", "k,up", "move(-1)", "Before"),
        ("table.page-down", "pagedown,space", "page(1)", "A page down"),
        ("table.page-up", "pageup", "page(-1)", "A page up"),
        ("table.first", "home", "first", "First"),
        ("table.last", "G,end", "last", "Last"),
        ("table.open", "enter", "open", "Details", "hint"),
        ("table.select", "x", "select", "Select"),
        ("table.all", "X", "select_all", "Select all shown, or none"),
    ),
    *_table(
        Place.OPTIONS,
        ("options.next", "j", "cursor_down", "Next"),
        ("options.previous", "k", "cursor_up", "Before"),
        ("options.last", "G", "last", "Last"),
    ),
    *_table(
        Place.DIALOGUE,
        ("dialogue.yes", "y", "answer(True)", "Yes", "hint"),
        ("dialogue.no", "n,escape", "answer(False)", "No", "hint"),
    ),
    *_table(Place.QUESTION, ("question.leave", "escape", "leave_it", "Leave it", "hint")),
    *_table(
        Place.START,
        ("start.account", "a", "account", "Add an account", "hint"),
        ("start.demo", "d", "demo", "Try the demo", "hint"),
        ("start.again", "r", "again", "Look again", "hint"),
        ("start.quit", "q,escape", "app.leave", "Quit", "hint"),
    ),
    *_table(
        Place.SETUP,
        ("setup.next", "enter", "next_line", "Next line, or begin", "priority"),
        ("setup.go", "ctrl+s,ctrl+enter", "go", "Set it up", "hint"),
        ("setup.servers", "ctrl+o", "servers", "Type the servers", "hint"),
        ("setup.copy", "ctrl+y", "copy", "Copy the page's address", "hint"),
        ("setup.back", "escape", "back", "Back", "hint"),
    ),
    *_table(
        Place.ACCOUNTS,
        ("accounts.test", "t", "test", "Test", "hint"),
        ("accounts.sign-in", "i", "sign_in", "Sign in again", "hint"),
        ("accounts.add", "a", "add", "Add", "hint"),
        ("accounts.remove", "d", "remove", "Remove", "hint"),
        ("accounts.first", "f", "first", "Make first", "hint"),
        ("accounts.back", "escape,q", "back", "Back", "hint"),
    ),
    *_table(
        Place.PICK,
        ("pick.next", "down,ctrl+n", "pick(1)", "Next"),
        ("pick.previous", "up", "pick(-1)", "Before"),
    ),
    *_table(
        Place.WAY,
        ("way.verify", "v", "verify", "Ask the sender's domain", "hint"),
        ("way.back", "escape,q,i", "back", "Back", "hint"),
    ),
    *_table(
        Place.PICTURE,
        ("picture.down", "j,down", "scroll_down", "Down"),
        ("picture.up", "k,up", "scroll_up", "Up"),
        ("picture.page-down", "pagedown,space", "page_down", "A page down"),
        ("picture.page-up", "pageup", "page_up", "A page up"),
        ("picture.first", "home", "scroll_home", "Top"),
        ("picture.last", "G,end", "scroll_end", "End"),
    ),
    *_table(Place.SOURCE, ("source.back", "escape,q,h", "back", "Back", "hint")),
    *_table(Place.HELP, ("help.back", "escape,q,question_mark,f1", "back", "Back", "hint")),
)

DEFAULT_KEYS: Mapping[str, str] = {key.id: key.keys for key in KEYS}
KEY_IDS = frozenset(DEFAULT_KEYS)
PLACE_IN_TABLE: Mapping[str, int] = {key.id: at for at, key in enumerate(KEYS)}

# Which places a screen shows at once: what its help lists, and where a remapped key may not clash.
SCREENS: Mapping[str, tuple[Place, ...]] = {
    "mailbox": (Place.MAILBOX, Place.LIST, Place.READING, Place.CARD),
    "compose": (Place.COMPOSE, Place.SENDER, Place.RECIPIENTS, Place.REQUIREMENT),
    "gate": (Place.GATE, Place.OPTIONS),
    "outbox": (Place.OUTBOX, Place.OPTIONS),
    "drafts": (Place.DRAFTS, Place.OPTIONS),
    "tap": (Place.TAP, Place.OPTIONS),
    "check": (Place.CHECK, Place.TABLE, Place.REQUIREMENT),
    "contacts": (Place.CONTACTS, Place.TABLE),
    "contact": (Place.CONTACT,),
    "start": (Place.START, Place.OPTIONS),
    "setup": (Place.SETUP, Place.OPTIONS),
    "accounts": (Place.ACCOUNTS, Place.OPTIONS),
    "source": (Place.SOURCE,),
    "way": (Place.WAY, Place.PICTURE),
    "help": (Place.HELP,),
    "dialogue": (Place.DIALOGUE,),
}


def keys_of(place: Place) -> tuple[Key, ...]:
    return tuple(key for key in KEYS if key.place is place)


def bindings(*places: Place) -> list[BindingType]:
    """The bindings of these places, for a widget's or screen's `BINDINGS`."""
    return [key.binding for place in places for key in keys_of(place)]


def split_keys(keys: str) -> list[str]:
    """`n,j` in the configuration are two keys."""
    return [key.strip() for key in keys.split(",")]


_SHOWN = {
    "question_mark": "?", "slash": "/", "escape": "esc", "pagedown": "page down", "pageup": "page up",
    "up": "↑", "down": "↓", "left": "←", "right": "→",
}  # fmt: skip


def shown(keys: str) -> tuple[str, ...]:
    """Keys as people read them: `question_mark,f1` is `?` and `f1`."""
    return tuple(_SHOWN.get(key, key) for key in split_keys(keys))


def document() -> str:
    """docs/keys.md."""
    lines = [
        "# Keys",
        "",
        "Made from `linksec_tui/tui/keys.py`. The first column is the name for `[keys]` in the configuration:",
        '`"list.next" = "n,j"` gives *Next* two keys.',
    ]
    for place in Place:
        lines += ["", f"## {place.value}", "", "| name | keys | does |", "|---|---|---|", *_rows(keys_of(place))]
    return "\n".join(lines) + "\n"


def _rows(keys: Iterable[Key]) -> Iterator[str]:
    return (f"| `{key.id}` | {' '.join(f'`{one}`' for one in shown(key.keys))} | {key.label} |" for key in keys)


if __name__ == "__main__":
    print(document(), end="")  # noqa: T201 - docs/keys.md is written from here
