"""The store runs ahead of the server: what was done is shown at once, and put right when the server has answered.

A message that moves keeps its id, and with it its text and its place on the screen; until the server gives it a UID in
the other mailbox it has its landing's number there. Everything can be done twice without harm: after a crash it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from linksec_tui.model.filing import Doing, Landing, Piece, Step, Waiting
from linksec_tui.model.mailbox import Mailbox
from linksec_tui.model.message import Header
from linksec_tui.store import held, mailboxes, messages, search
from linksec_tui.store.connection import Connection

NOBODYS = 0  # the mailbox of what waits for being deleted for good


def apply(connection: Connection, waiting: Waiting) -> frozenset[int]:
    """Show a step as done; the mailboxes that look different now."""
    step = waiting.step
    with connection.transaction():
        match step.doing:
            case Doing.MARK:
                return _mark(connection, waiting)
            case Doing.MOVE | Doing.ERASE:
                return _move(connection, waiting)
            case Doing.COPY:
                return _copy(connection, waiting)
            case Doing.CREATE | Doing.RENAME | Doing.REMOVE:
                _hold_mailbox(connection, waiting)
                _change_mailbox(connection, step)
                return frozenset()
            case Doing.SUBSCRIBE | Doing.UNSUBSCRIBE:
                return frozenset()


def release(connection: Connection, number: int) -> None:
    """The step is through, or taken back: from here on the server's word counts."""
    connection.execute("DELETE FROM held WHERE step = ?", number)
    connection.execute("DELETE FROM held_mailboxes WHERE step = ?", number)


def take_back(connection: Connection, waiting: Waiting) -> frozenset[int]:
    """Nobody has begun it, and nobody will; the mailboxes that look different now."""
    with connection.transaction():
        changed = put_back(connection, waiting, waiting.step.pieces)
        release(connection, waiting.number)
    return changed


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What became of a step: where messages landed, which are nowhere any more, which the server kept as they were."""

    landed: Mapping[int, Landing] = field(default_factory=dict[int, Landing])
    gone: tuple[Piece, ...] = ()
    kept: tuple[Piece, ...] = ()
    undone: bool = False  # the change of a mailbox that the server would not make


def settle(connection: Connection, waiting: Waiting, settlement: Settlement) -> frozenset[int]:
    """The step is at its end; the mailboxes that look different now."""
    with connection.transaction():
        changed = gone(connection, waiting.step, settlement.gone)
        if settlement.kept or settlement.undone:
            changed |= put_back(connection, waiting, settlement.kept)
        over = {*settlement.gone, *settlement.kept}
        rest = [piece.landing for piece in waiting.step.pieces if piece.landing and piece not in over]
        changed |= land(connection, {landing: settlement.landed.get(landing) for landing in rest})
        release(connection, waiting.number)
    return changed


def land(connection: Connection, landings: Mapping[int, Landing | None]) -> frozenset[int]:
    """Where messages are that were on their way. What nobody knows of (None) is fetched as if it had just come."""
    changed: set[int] = set()
    for landing, at in landings.items():
        if at is not None:
            connection.execute(
                "UPDATE OR IGNORE held SET uid = ?, uidvalidity = ? WHERE uid = ?", at.uid, at.uidvalidity, landing
            )
        row = connection.one("SELECT id, mailbox FROM messages WHERE uid = ? AND uid < 0", landing)
        if row is None:
            continue
        changed.add(row[1])
        if (
            at is not None
            and row[1] != NOBODYS
            and _is_numbered_so(connection, row[1], at)
            and not messages.known_uids(connection, row[1], [at.uid])
        ):
            connection.execute("UPDATE messages SET uid = ? WHERE id = ?", at.uid, row[0])
        else:
            connection.execute("DELETE FROM messages WHERE id = ?", row[0])
    return frozenset(changed - {NOBODYS})


def _is_numbered_so(connection: Connection, mailbox: int, at: Landing) -> bool:
    """What lands first in a mailbox that was never looked into tells how it is numbered."""
    connection.execute("UPDATE mailboxes SET uidvalidity = ? WHERE id = ? AND uidvalidity = 0", at.uidvalidity, mailbox)
    return connection.number("SELECT uidvalidity FROM mailboxes WHERE id = ?", mailbox) == at.uidvalidity


def on_their_way(connection: Connection) -> tuple[int, ...]:
    """The landings of all messages that have no UID yet."""
    return tuple(connection.integers("SELECT uid FROM messages WHERE uid < 0"))


def _numbered(piece: Piece, known: Mapping[int, Landing]) -> Piece:
    return replace(piece, uid=known[piece.uid].uid) if piece.uid in known else piece


def begin_anew(connection: Connection, waiting: Sequence[Waiting], known: Mapping[int, Landing]) -> None:
    """After whatever ended the last run: the store shows what waits, and nothing that is through.

    `known`: where messages landed of which that was not written down here any more.
    """
    with connection.transaction():
        connection.execute("DELETE FROM held")
        connection.execute("DELETE FROM held_mailboxes")
        owed = {piece.landing for each in waiting for piece in each.step.pieces}
        land(connection, {landing: known.get(landing) for landing in on_their_way(connection) if landing not in owed})
        for each in waiting:
            pieces = tuple(_numbered(piece, known) for piece in each.step.pieces)
            apply(connection, replace(each, step=replace(each.step, pieces=pieces)))


def gone(connection: Connection, step: Step, pieces: Iterable[Piece]) -> frozenset[int]:
    """These messages are nowhere any more."""
    changed: set[int] = set()
    with connection.transaction():
        for piece in pieces:
            found = [_row_of(connection, step, piece.uid)]
            if piece.landing:
                found.append(
                    connection.one("SELECT id, mailbox FROM messages WHERE uid = ? AND uid < 0", piece.landing)
                )
            for row in filter(None, found):
                connection.execute("DELETE FROM messages WHERE id = ?", row[0])
                changed.add(row[1])
    return frozenset(changed - {NOBODYS})


def put_back(connection: Connection, waiting: Waiting, pieces: Iterable[Piece]) -> frozenset[int]:
    """As if the step had never been done to `pieces`; the mailboxes that look different now."""
    step, changed = waiting.step, set[int]()
    with connection.transaction():
        for piece in pieces:
            match step.doing:
                case Doing.MARK:
                    changed |= _unmark(connection, step, piece)
                case Doing.MOVE | Doing.ERASE:
                    changed |= _bring_back(connection, waiting, piece)
                case Doing.COPY:
                    changed |= gone(connection, step, [replace(piece, uid=piece.landing)])
                case _:
                    pass
        if step.doing in (Doing.CREATE, Doing.RENAME, Doing.REMOVE):
            _change_mailbox(connection, contrary(step))
    return frozenset(changed - {NOBODYS})


def contrary(step: Step) -> Step:
    """What a change of a mailbox is taken back with."""
    match step.doing:
        case Doing.CREATE:
            return replace(step, doing=Doing.REMOVE)
        case Doing.REMOVE:
            return replace(step, doing=Doing.CREATE)
        case Doing.RENAME:
            return replace(step, mailbox=step.target, target=step.mailbox, name=step.old_name, old_name=step.name)
        case Doing.SUBSCRIBE:
            return replace(step, doing=Doing.UNSUBSCRIBE)
        case Doing.UNSUBSCRIBE:
            return replace(step, doing=Doing.SUBSCRIBE)
        case Doing.MARK | Doing.MOVE | Doing.COPY | Doing.ERASE:
            raise AssertionError(step.doing)


def origin(connection: Connection, uid: int) -> Landing | None:
    """Where the server still has a message that is on its way."""
    for _ in range(held.LONGEST_WAY):
        row = connection.one("SELECT wire_name, uidvalidity, uid FROM held WHERE landing = ? LIMIT 1", uid)
        if row is None:
            return None
        if row[2] > 0:
            return Landing(wire_name=row[0], uidvalidity=row[1], uid=row[2])
        uid = row[2]
    return None


def _mark(connection: Connection, waiting: Waiting) -> frozenset[int]:
    step, changed = waiting.step, set[int]()
    for piece in step.pieces:
        _hold(connection, waiting, piece, leaves=0)
        if (row := _row_of(connection, step, piece.uid)) is not None:
            messages.change_flags(connection, row[0], add=step.add, remove=step.remove)
            changed.add(row[1])
    return frozenset(changed)


def _unmark(connection: Connection, step: Step, piece: Piece) -> frozenset[int]:
    """Only what the step changed: what others have set meanwhile stays."""
    row = _row_of(connection, step, piece.uid)
    if row is None:
        return frozenset()
    messages.change_flags(connection, row[0], add=step.remove & piece.flags, remove=step.add - piece.flags)
    return frozenset({row[1]})


def _move(connection: Connection, waiting: Waiting) -> frozenset[int]:
    step, changed = waiting.step, set[int]()
    target = NOBODYS
    if step.doing is Doing.MOVE:
        found = mailboxes.mailbox_called(connection, step.account, step.target)
        target = found.id if found else NOBODYS
    for piece in step.pieces:
        _hold(connection, waiting, piece, leaves=1)
        if (row := _row_of(connection, step, piece.uid)) is not None:
            connection.execute("UPDATE messages SET mailbox = ?, uid = ? WHERE id = ?", target, piece.landing, row[0])
            if target == NOBODYS:
                connection.execute("DELETE FROM search WHERE rowid = ?", row[0])
            changed |= {row[1], target}
    return frozenset(changed - {NOBODYS})


def _bring_back(connection: Connection, waiting: Waiting, piece: Piece) -> frozenset[int]:
    step = waiting.step
    known = connection.one("SELECT uid FROM held WHERE step = ? AND landing = ?", waiting.number, piece.landing)
    uid = known[0] if known else piece.uid
    source = mailboxes.mailbox_called(connection, step.account, step.mailbox)
    row = connection.one("SELECT id, mailbox FROM messages WHERE uid = ? AND uid < 0", piece.landing)
    if row is None:  # it has moved on: then it starts from here
        connection.execute(
            "UPDATE held SET uid = ?, wire_name = ?, uidvalidity = ? WHERE uid = ? AND leaves",
            *(uid, step.mailbox, step.uidvalidity, piece.landing),
        )
        return frozenset()
    renumbered = source is not None and uid > 0 and source.uidvalidity not in (0, step.uidvalidity)
    if source is None or renumbered or messages.with_uid(connection, source.id, uid) is not None:
        connection.execute("DELETE FROM messages WHERE id = ?", row[0])
        return frozenset({row[1]})
    connection.execute("UPDATE messages SET mailbox = ?, uid = ? WHERE id = ?", source.id, uid, row[0])
    if row[1] == NOBODYS:
        search.add_words(connection, messages.rows(connection, [row[0]]))
    return frozenset({row[1], source.id})


def _copy(connection: Connection, waiting: Waiting) -> frozenset[int]:
    step = waiting.step
    target = mailboxes.mailbox_called(connection, step.account, step.target)
    copied: list[Header] = []
    for piece in step.pieces:
        _hold(connection, waiting, piece, leaves=0)
        row = _row_of(connection, step, piece.uid)
        if row is not None and target is not None:
            header = messages.rows(connection, [row[0]])[row[0]]
            copied.append(replace(header, mailbox=target.id, uid=piece.landing))
    messages.write_headers(connection, copied)
    return frozenset({target.id}) if target and copied else frozenset()


def _row_of(connection: Connection, step: Step, uid: int) -> tuple[int, int] | None:
    """Id and mailbox of a message, whether the server has numbered it or we have."""
    row = connection.one(
        """SELECT m.id, m.mailbox FROM messages m JOIN mailboxes b ON b.id = m.mailbox
           WHERE b.account = ? AND b.wire_name = ? AND m.uid = ? AND (m.uid < 0 OR b.uidvalidity IN (0, ?))""",
        *(step.account, step.mailbox, uid, step.uidvalidity),
    )
    return (row[0], row[1]) if row else None


def _hold(connection: Connection, waiting: Waiting, piece: Piece, *, leaves: int) -> None:
    step = waiting.step
    connection.execute(
        """INSERT OR IGNORE INTO held (step, account, wire_name, uidvalidity, uid, leaves, landing, added, removed)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        *(waiting.number, step.account, step.mailbox, step.uidvalidity, piece.uid, leaves, piece.landing),
        *(" ".join(sorted(step.add)), " ".join(sorted(step.remove))),
    )


def _hold_mailbox(connection: Connection, waiting: Waiting) -> None:
    step = waiting.step
    connection.execute(
        "INSERT OR IGNORE INTO held_mailboxes (step, account, doing, wire_name, target) VALUES (?, ?, ?, ?, ?)",
        *(waiting.number, step.account, step.doing.value, step.mailbox, step.target),
    )


def _change_mailbox(connection: Connection, step: Step) -> None:
    match step.doing:
        case Doing.CREATE:
            mailboxes.add_mailbox(
                connection,
                Mailbox(
                    id=0,
                    account=step.account,
                    name=step.name,
                    wire_name=step.mailbox,
                    delimiter=step.delimiter,
                    role=step.role,
                ),
            )
        case Doing.REMOVE:
            mailboxes.drop_mailbox(connection, step.account, step.mailbox)
        case Doing.RENAME:
            _rename(connection, step)
        case _:
            pass


def _rename(connection: Connection, step: Step) -> None:
    for mailbox in mailboxes.read_mailboxes(connection, step.account):
        wire_name = held.after_renaming(mailbox, step.mailbox, step.target)
        if wire_name is not None:
            mailboxes.call_mailbox(connection, mailbox.id, wire_name, _name_after(mailbox, step))


def _name_after(mailbox: Mailbox, step: Step) -> str:
    return step.name + mailbox.name.removeprefix(step.old_name)
