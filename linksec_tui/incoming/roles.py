"""Which mailbox is Sent, Drafts, Trash …: the user's word, then the server's (RFC 6154), then what it is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.wire.imap_answers import MailboxLine
from linksec_tui.wire.imap_names import encode_name

_ATTRIBUTES = {
    Role.SENT: "\\sent",
    Role.DRAFTS: "\\drafts",
    Role.TRASH: "\\trash",
    Role.ARCHIVE: "\\archive",
    Role.JUNK: "\\junk",
    Role.ALL: "\\all",
}

# What servers without special-use call them, lower case; the last part of the name counts.
_NAMES = {
    Role.SENT: ("sent", "sent items", "sent messages", "sent mail", "gesendet", "gesendete objekte", "envoyés"),
    Role.DRAFTS: ("drafts", "draft", "entwürfe", "brouillons"),
    Role.TRASH: ("trash", "deleted items", "deleted messages", "papierkorb", "gelöschte objekte", "corbeille"),
    Role.ARCHIVE: ("archive", "archives", "archiv"),
    Role.JUNK: ("junk", "spam", "junk e-mail", "junk email", "junk mail", "spamverdacht", "indésirables"),
}  # fmt: skip

# What is in all mailboxes together is not fetched a second time.
_NOT_SYNCHRONISED = frozenset({"\\all", "\\flagged", "\\important"})


def mailboxes_of(account: str, lines: Iterable[MailboxLine], configured: Mapping[str, str]) -> list[Mailbox]:
    """The mailboxes that can hold messages, each role given to one of them at most. Ids are the store's to give."""
    holding = [line for line in lines if line.selectable]
    roles = {"INBOX": Role.INBOX}
    for role in _ATTRIBUTES:
        chosen = _with_role(role, [line for line in holding if line.wire_name not in roles], configured)
        if chosen:
            roles[chosen.wire_name] = role
    return [
        Mailbox(
            id=0,
            account=account,
            name=line.name,
            wire_name=line.wire_name,
            role=roles.get(line.wire_name, Role.NONE),
            delimiter=line.delimiter,
        )
        for line in holding
        if line.wire_name == "INBOX" or not line.attributes & _NOT_SYNCHRONISED
    ]


def _with_role(role: Role, lines: Sequence[MailboxLine], configured: Mapping[str, str]) -> MailboxLine | None:
    wanted = configured.get(role.value)
    if wanted:
        return next((line for line in lines if wanted in (line.name, line.wire_name)), None)
    told = next((line for line in lines if _ATTRIBUTES[role] in line.attributes), None)
    return told or next((line for line in lines if _last_part(line).casefold() in _NAMES.get(role, ())), None)


def _last_part(line: MailboxLine) -> str:
    return line.name.rpartition(line.delimiter)[2] if line.delimiter else line.name


def new_sent_name(lines: Sequence[MailboxLine], configured: Mapping[str, str]) -> str:
    """What to call a Sent mailbox where there is none: below the INBOX on servers that keep everything there."""
    name = encode_name(configured.get(Role.SENT.value) or "Sent")
    others = [line for line in lines if line.wire_name != "INBOX"]
    below = next((f"INBOX{line.delimiter}" for line in lines if line.wire_name == "INBOX" and line.delimiter), "")
    if below and others and all(line.wire_name.startswith(below) for line in others):
        return below + name
    return name
