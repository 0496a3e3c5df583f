"""What a server tells without being asked: of the selected mailbox, and with NOTIFY of the others (RFC 5465).

With QRESYNC it names messages by UID, and what it said can be written down as it is; without, it counts, and the
numbers mean something only until the next message goes (RFC 7162 §3.2.10).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from linksec_tui.wire.imap_answers import Fetched, parse_fetch, parse_list, parse_status
from linksec_tui.wire.imap_tokens import Response
from linksec_tui.wire.imap_uids import MAX_RANGES, UidRange, parse_uid_ranges

MAX_NOTED = 500  # messages whose new flags are remembered one by one; beyond it, all are looked at
MAX_MAILBOXES_NOTED = 1000


@dataclass(slots=True)
class Changes:
    """Collected between two looks, in little room however much comes."""

    exists: int | None = None
    vanished: bool = False  # some, but not which
    gone: list[UidRange] = field(default_factory=list[UidRange])
    flags: set[int] = field(default_factory=set[int])  # sequence numbers
    told: dict[int, frozenset[str]] = field(default_factory=dict[int, frozenset[str]])  # by UID
    all_flags: bool = False
    mailboxes: set[str] = field(default_factory=set[str])  # others in which something happened, as on the wire
    list_changed: bool = False
    overflowed: bool = False  # the server has stopped telling of others

    def __bool__(self) -> bool:
        return self.of_selected or self.of_others

    @property
    def of_selected(self) -> bool:
        one_by_one = bool(self.gone or self.flags or self.told)
        return self.exists is not None or self.vanished or one_by_one or self.all_flags

    @property
    def of_others(self) -> bool:
        return bool(self.mailboxes) or self.list_changed or self.overflowed

    def note(self, name: bytes, number: int, response: Response) -> bool:
        """Takes what came unasked; false where it tells of no change."""
        match name:
            case b"EXISTS":
                self.exists = number
            case b"EXPUNGE":
                self.vanished = True
            case b"VANISHED":
                self._note_gone(response)
            case b"FETCH":
                self.note_flags(number, parse_fetch(response))
            case b"STATUS":
                self._note_mailbox(response)
            case b"LIST":
                self.list_changed = parse_list(response) is not None or self.list_changed
            case b"OK" if b"[NOTIFICATIONOVERFLOW]" in response[0].upper():
                self.overflowed = True
            case _:
                return False
        return True

    def note_flags(self, number: int, fetched: Fetched | None) -> None:
        """A FETCH that nobody asked for: by UID where it names one."""
        if len(self.flags) + len(self.told) >= MAX_NOTED:
            self.all_flags = True
        elif fetched is not None and fetched.uid and b"FLAGS" in fetched.items:
            self.told[fetched.uid] = fetched.flags
        else:
            self.flags.add(number)

    def _note_gone(self, response: Response) -> None:
        ranges = parse_uid_ranges(response)
        if not ranges or len(self.gone) + len(ranges) > MAX_RANGES:
            self.vanished = True
        else:
            self.gone += ranges

    def _note_mailbox(self, response: Response) -> None:
        told = parse_status(response)
        if told is None or len(self.mailboxes) >= MAX_MAILBOXES_NOTED:
            self.overflowed = True
        else:
            self.mailboxes.add(told.wire_name)
