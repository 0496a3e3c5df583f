"""A verb on messages → the steps that it takes, and the words for it (RFC 3501, RFC 6154).

A server of Gmail's kind has one mailbox that holds everything, and labels that look like mailboxes: taking a message
out of one leaves it in the others, and only moving it to its Trash deletes it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from linksec_tui.model.errors import BadInput
from linksec_tui.model.filing import ALL_MAIL, Doing, Landing, Piece, Step
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.message import Header
from linksec_tui.model.visible import visible_name
from linksec_tui.store.ahead import contrary
from linksec_tui.wire.imap_names import encode_name

PIECES = 500  # messages of one step: it is read and written as a whole
MAX_NAME = 200  # characters of a mailbox's name
_GMAIL = ("[Gmail]/", "[Google Mail]/")
_NEW = {Role.TRASH: "Trash", Role.ARCHIVE: "Archive", Role.JUNK: "Junk"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Messages of one mailbox."""

    mailbox: Mailbox
    headers: tuple[Header, ...]


def gathered(headers: Iterable[Header], mailboxes: Mapping[int, Mailbox]) -> list[Gathered]:
    """By mailbox; one that is gone meanwhile took its messages along."""
    grouped: dict[int, list[Header]] = defaultdict(list)
    for header in headers:
        grouped[header.mailbox].append(header)
    return [
        Gathered(mailbox=mailboxes[ident], headers=tuple(some)) for ident, some in grouped.items() if ident in mailboxes
    ]


def steps_of(doing: Doing, some: Gathered, target: str = "") -> Iterator[Step]:
    for at in range(0, len(some.headers), PIECES):
        yield Step(
            doing=doing,
            account=some.mailbox.account,
            mailbox=some.mailbox.wire_name,
            uidvalidity=some.mailbox.uidvalidity,
            pieces=tuple(map(_piece, some.headers[at : at + PIECES])),
            target=target,
        )


def marking(some: Gathered, *, add: frozenset[str] = frozenset(), remove: frozenset[str] = frozenset()) -> list[Step]:
    return [replace(step, add=add, remove=remove) for step in steps_of(Doing.MARK, some)]


def _piece(header: Header) -> Piece:
    return Piece(uid=header.uid, message_id=header.message_id, size=header.size, flags=header.flags)


def with_role(mailboxes: Iterable[Mailbox], role: Role) -> Mailbox | None:
    return next((mailbox for mailbox in mailboxes if mailbox.role is role), None)


def is_gmail(mailboxes: Iterable[Mailbox]) -> bool:
    """Names that Gmail alone has; they are known before anybody is asked."""
    return any(mailbox.wire_name.startswith(_GMAIL) for mailbox in mailboxes)


def is_label(mailbox: Mailbox, mailboxes: Iterable[Mailbox]) -> bool:
    """One of a person's own labels at Gmail."""
    return mailbox.role is Role.NONE and not mailbox.wire_name.startswith(_GMAIL) and is_gmail(mailboxes)


def place_for(role: Role, mailboxes: Sequence[Mailbox], configured: Mapping[str, str]) -> tuple[str, list[Step]]:
    """The server's name of the mailbox for it, and the step that makes one where there is none."""
    found = with_role(mailboxes, role)
    if found is not None:
        return found.wire_name, []
    if role is Role.ARCHIVE and is_gmail(mailboxes):
        return ALL_MAIL, []
    if not mailboxes:
        raise BadInput("The mailboxes of this account are not known yet.", "Try again when it has been reached once.")
    step = replace(making(configured.get(role.value) or _NEW[role], mailboxes), role=role)
    return step.mailbox, [step]


def making(name: str, mailboxes: Sequence[Mailbox]) -> Step:
    """A new mailbox as a person names it; parts of the name are separated as the server does it, or by a slash."""
    account, wire_name = mailboxes[0].account, _wire_name(name, mailboxes)
    if any(mailbox.wire_name == wire_name for mailbox in mailboxes):
        raise BadInput(f"There is a mailbox called {visible_name(name)} already.", "Choose another name.")
    return Step(
        doing=Doing.CREATE, account=account, mailbox=wire_name, name=_shown(name, mailboxes),
        delimiter=_delimiter(mailboxes),
    )  # fmt: skip


def renaming(mailbox: Mailbox, name: str, mailboxes: Sequence[Mailbox]) -> Step:
    made = making(name, mailboxes)
    return replace(made, doing=Doing.RENAME, mailbox=mailbox.wire_name, target=made.mailbox, old_name=mailbox.name)


def on_mailbox(doing: Doing, mailbox: Mailbox) -> Step:
    """Deleting it, with as many messages as are known to be in it; or subscribing to it, or no more."""
    return Step(
        doing=doing, account=mailbox.account, mailbox=mailbox.wire_name, name=mailbox.name,
        delimiter=mailbox.delimiter, role=mailbox.role, count=mailbox.total,
    )  # fmt: skip


def _wire_name(name: str, mailboxes: Sequence[Mailbox]) -> str:
    parts = [part.strip() for part in name.split(_delimiter(mailboxes) or "/")]
    if len(parts) == 1:
        parts = [part.strip() for part in name.split("/")]
    written = _delimiter(mailboxes).join(parts)
    if not all(parts) or len(written) > MAX_NAME or not written.isprintable():
        raise BadInput("This cannot be a mailbox's name.", "Write letters and digits; a slash goes one level down.")
    if any(mark in written for mark in "*%"):  # LIST takes them for wildcards
        raise BadInput("A mailbox's name may not contain * or %.", "Choose another name.")
    return _prefix(mailboxes) + encode_name(written)


def _shown(name: str, mailboxes: Sequence[Mailbox]) -> str:
    return visible_name(_prefix(mailboxes) + _delimiter(mailboxes).join(part.strip() for part in name.split("/")))


def _delimiter(mailboxes: Sequence[Mailbox]) -> str:
    return next((mailbox.delimiter for mailbox in mailboxes if mailbox.delimiter), "")


def _prefix(mailboxes: Sequence[Mailbox]) -> str:
    """Some servers keep everything below the INBOX."""
    below = f"INBOX{_delimiter(mailboxes)}"
    others = [mailbox for mailbox in mailboxes if mailbox.wire_name != "INBOX"]
    under = len(below) > len("INBOX") and others and all(each.wire_name.startswith(below) for each in others)
    return below if under else ""


def taking_back(steps: Sequence[Step], known: Mapping[int, Landing]) -> Iterator[Step]:
    """What undoes the steps of a deed that the server has been asked for, the last one first.

    Marks go first, and where the messages are now: a number of theirs in the mailbox that they come back to is not
    known before they are there.
    """
    for step in steps:
        if step.doing is Doing.MARK:
            for where in _where_they_are(step, steps, known):
                yield from _unmarking(where, known)
    for step in steps:
        if step.doing is not Doing.MARK:
            yield from _contrary(step, known)


def _where_they_are(step: Step, steps: Sequence[Step], known: Mapping[int, Landing]) -> Iterator[Step]:
    """The marks of a step on messages that the same deed has moved since, and on those that it has not."""
    left = dict.fromkeys(step.pieces)
    for move in steps:
        if move.doing is Doing.MOVE and (move.account, move.mailbox) == (step.account, step.mailbox):
            back = _back(move, known, Doing.MARK)
            uids = {old.uid: new.uid for old, new in zip(move.pieces, back.pieces, strict=True)}
            moved = [piece for piece in left if piece.uid in uids]
            pieces = tuple(replace(piece, uid=uids[piece.uid]) for piece in moved)
            yield replace(step, mailbox=back.mailbox, uidvalidity=back.uidvalidity, pieces=pieces)
            for piece in moved:
                del left[piece]
    yield replace(step, pieces=tuple(left))


def _contrary(step: Step, known: Mapping[int, Landing]) -> Iterator[Step]:
    """Nothing for what cannot be undone."""
    match step.doing:
        case Doing.MARK:
            raise AssertionError(step.doing)
        case Doing.MOVE:
            # At Gmail what is in one mailbox is in All Mail too, and stays there.
            yield _back(step, known, Doing.COPY if step.target == ALL_MAIL else Doing.MOVE)
        case Doing.COPY:
            yield replace(_back(step, known, Doing.ERASE), target="")
        case Doing.ERASE | Doing.REMOVE:
            return
        case _:
            yield replace(contrary(step), count=0)


def can_be_taken_back(step: Step) -> bool:
    return step.doing not in (Doing.ERASE, Doing.REMOVE)


def _back(step: Step, known: Mapping[int, Landing], doing: Doing) -> Step:
    places = [known[piece.landing] for piece in step.pieces if piece.landing in known]
    pieces = tuple(
        replace(piece, uid=known[piece.landing].uid if piece.landing in known else piece.landing, landing=0)
        for piece in step.pieces
    )
    uidvalidity = places[0].uidvalidity if places else 0
    return replace(step, doing=doing, mailbox=step.target, target=step.mailbox, uidvalidity=uidvalidity, pieces=pieces)


def _unmarking(step: Step, known: Mapping[int, Landing]) -> Iterator[Step]:
    """Each message gets back what it had: of what was set, what it lacked, and the other way round."""
    groups: dict[tuple[frozenset[str], frozenset[str]], list[Piece]] = defaultdict(list)
    for piece in step.pieces:
        after = (piece.flags | step.add) - step.remove
        at = known.get(piece.uid)
        change = (piece.flags & step.remove, step.add - piece.flags)
        groups[change].append(replace(piece, uid=at.uid if at else piece.uid, flags=after))
    for (add, remove), pieces in groups.items():
        if add or remove:
            yield replace(step, add=add, remove=remove, pieces=tuple(pieces))
