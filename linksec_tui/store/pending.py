"""What was done here and is not at the server yet, on the disk before anybody is told that it is done (desk.db).

Steps go in their order. One is marked as begun before the server is asked: after a crash it is looked up there what
became of it, so that nothing is done twice. Deeds stay for a while after they are through: they can be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from linksec_tui.model.filing import Beginning, Deed, Doing, Landing, Step, StepState, Waiting
from linksec_tui.store.codec import decode, encode, micros, moment
from linksec_tui.store.connection import Connection, Row

REMEMBERED = 50  # deeds that can be taken back, one after another
AT_ONCE = 200  # steps read at a time: each has at most a few hundred messages

_NOT_BEGUN = frozenset({StepState.NOTED, StepState.WAITING})
_STEP = "SELECT number, deed, state, step, beginning FROM steps"


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """A deed and its steps as they stand on the disk."""

    deed: int
    steps: tuple[Waiting, ...]


def note(connection: Connection, words: str, steps: Sequence[Step], now: datetime) -> Noted:
    """A new deed, which waits for `go`. Whatever moves or is copied gets its landing's number."""
    with connection.transaction():
        deed = _new_number(connection, "INSERT INTO deeds (done_at, words) VALUES (?, ?)", micros(now), words)
        return Noted(deed=deed, steps=_add(connection, deed, steps))


def _add(connection: Connection, deed: int, steps: Sequence[Step]) -> tuple[Waiting, ...]:
    added: list[Waiting] = []
    for step in steps:
        landed = _with_landings(connection, deed, step)
        number = _new_number(
            connection,
            "INSERT INTO steps (deed, account, state, step) VALUES (?, ?, ?, ?)",
            *(deed, step.account, StepState.NOTED.value, encode(landed)),
        )
        added.append(Waiting(number=number, deed=deed, state=StepState.NOTED, step=landed))
    return tuple(added)


def _with_landings(connection: Connection, deed: int, step: Step) -> Step:
    if step.doing not in (Doing.MOVE, Doing.COPY, Doing.ERASE):
        return step
    pieces = tuple(replace(piece, landing=-_new_landing(connection, deed)) for piece in step.pieces)
    return replace(step, pieces=pieces)


def _new_landing(connection: Connection, deed: int) -> int:
    return _new_number(connection, "INSERT INTO landings (deed) VALUES (?)", deed)


def _new_number(connection: Connection, sql: str, *bindings: int | str) -> int:
    return connection.number(f"{sql} RETURNING number", *bindings)


def go(connection: Connection, deed: int) -> None:
    """It is shown as done: from now on it may be."""
    connection.execute("UPDATE steps SET state = 'waiting' WHERE deed = ? AND state = 'noted'", deed)


def waiting(connection: Connection, account: str, after: int = 0) -> tuple[Waiting, ...]:
    """The steps that have not come to their end, oldest first, those after `after`."""
    found = connection.rows(
        f"{_STEP} WHERE account = ? AND state IN ('waiting', 'begun') AND number > ? ORDER BY number LIMIT ?",
        account,
        after,
        AT_ONCE,
    )
    return tuple(map(_waiting, found))


def count(connection: Connection, account: str) -> int:
    """How many deeds have steps that wait."""
    return connection.number("SELECT count(DISTINCT deed) FROM steps WHERE account = ? AND state <> 'done'", account)


def begin(connection: Connection, number: int, beginning: Beginning) -> bool:
    """Before the first octet to the server; False where somebody has taken the step back meanwhile."""
    return bool(
        connection.execute(
            "UPDATE steps SET state = 'begun', beginning = ? WHERE number = ? AND state IN ('waiting', 'begun')",
            *(encode(beginning), number),
        )
    )


def finish(connection: Connection, number: int, landed: Mapping[int, Landing]) -> None:
    """The server has done it, or never will; where it told so, it is known where everything landed."""
    with connection.transaction():
        connection.execute("UPDATE steps SET state = 'done' WHERE number = ?", number)
        connection.execute_many(
            "UPDATE landings SET wire_name = ?, uidvalidity = ?, uid = ? WHERE number = ?",
            [(at.wire_name, at.uidvalidity, at.uid, -landing) for landing, at in landed.items()],
        )
        _tidy(connection)


def landing(connection: Connection, number: int) -> Landing | None:
    """Where that message is now; None while it is on its way, or where nobody knows."""
    row = connection.one("SELECT wire_name, uidvalidity, uid FROM landings WHERE number = ? AND uid <> 0", -number)
    return Landing(wire_name=row[0], uidvalidity=row[1], uid=row[2]) if row else None


def landings(connection: Connection, numbers: Sequence[int]) -> dict[int, Landing]:
    """Of those numbers below zero: where they are, if that is known."""
    return {number: at for number in numbers if number < 0 and (at := landing(connection, number)) is not None}


def last_deed(connection: Connection) -> Deed | None:
    """The newest one that was not taken back yet."""
    row = connection.one("SELECT number, done_at, words FROM deeds WHERE NOT undone ORDER BY number DESC LIMIT 1")
    return Deed(number=row[0], done_at=moment(row[1]), words=row[2]) if row else None


def take_back(connection: Connection, deed: int) -> tuple[tuple[Waiting, ...], tuple[Waiting, ...]]:
    """The deed's steps that nobody has begun, which are gone now; and those for whose contrary the server is asked."""
    with connection.transaction():
        connection.execute("UPDATE deeds SET undone = 1 WHERE number = ?", deed)
        steps = tuple(map(_waiting, connection.rows(f"{_STEP} WHERE deed = ? ORDER BY number DESC", deed)))
        unbegun = tuple(each for each in steps if each.state in _NOT_BEGUN)
        connection.execute_many("DELETE FROM steps WHERE number = ?", [(each.number,) for each in unbegun])
        return unbegun, tuple(each for each in steps if each.state not in _NOT_BEGUN)


def settle(connection: Connection, deed: int) -> None:
    """A deed that is itself the taking back of another: it is none that could be taken back."""
    connection.execute("UPDATE deeds SET undone = 1 WHERE number = ?", deed)


def recover(connection: Connection) -> tuple[Waiting, ...]:
    """Everything that waits, of all accounts; what an earlier run had noted and not shown yet is among it."""
    connection.execute("UPDATE steps SET state = 'waiting' WHERE state = 'noted'")
    return tuple(map(_waiting, connection.rows(f"{_STEP} WHERE state <> 'done' ORDER BY number")))


def _tidy(connection: Connection) -> None:
    connection.execute(
        """DELETE FROM deeds WHERE number <= (SELECT max(number) FROM deeds) - ?
           AND NOT EXISTS (SELECT 1 FROM steps WHERE steps.deed = deeds.number AND state <> 'done')""",
        REMEMBERED,
    )


def _waiting(row: Row) -> Waiting:
    number, deed, state, step, beginning = row
    return Waiting(
        number=number,
        deed=deed,
        state=StepState(state),
        step=decode(Step, step),
        beginning=decode(Beginning, beginning) if beginning else None,
    )
