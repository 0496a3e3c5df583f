"""A step about messages, at the server: what is there, what was done already, what is asked (RFC 3501, 4315, 6851)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from linksec_tui.formats.mime import parse_message
from linksec_tui.incoming import replay_words as words
from linksec_tui.incoming.headers import parse_message_id
from linksec_tui.incoming.replay_judge import Change, flag_change, told_apart
from linksec_tui.model.errors import MailboxRefused, NotNow
from linksec_tui.model.filing import Beginning, Doing, Landing, Piece, Step, StepState, Waiting
from linksec_tui.model.keywords import keyword_name
from linksec_tui.store.ahead import Settlement
from linksec_tui.wire.imap import ImapSession
from linksec_tui.wire.imap_channel import sets

MOST_NEWCOMERS = 5000  # messages looked through for what may be ours; a step has a few hundred


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a step came out. `flags` by UID as the server has them now; `said` for the person."""

    settlement: Settlement = field(default_factory=Settlement)
    flags: Mapping[int, frozenset[str]] = field(default_factory=dict[int, frozenset[str]])
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A step with its mailbox selected, called `name` there; `uids` are the numbers that its messages have in it."""

    session: ImapSession
    name: str
    waiting: Waiting
    uids: Mapping[Piece, int]

    @property
    def step(self) -> Step:
        return self.waiting.step

    async def present(self) -> dict[Piece, int]:
        """Those that are still there."""
        there: set[int] = set()
        for chosen in sets(self.uids.values()):
            there.update(await self.session.search_uids(f"UID {chosen}"))
        return {piece: uid for piece, uid in self.uids.items() if uid in there}


async def work_on(task: Task) -> Ended:
    """The step's own work. Raises ConnectionProblem; MailboxRefused only for the time being (NotNow)."""
    match task.step.doing:
        case Doing.MARK:
            return await _mark(task)
        case Doing.ERASE:
            return await _erase(task)
        case _:
            return await _move_or_copy(task)


async def _mark(task: Task) -> Ended:
    step, session = task.step, task.session
    now: dict[int, frozenset[str]] = {}
    for chosen in sets(task.uids.values()):
        now.update({fetched.uid: fetched.flags for fetched in await session.flags(chosen)})
    asked, step = task.step, _what_can_be_marked(task)
    changes = {piece: flag_change(step, piece, now[uid]) for piece, uid in task.uids.items() if uid in now}
    gone = tuple(piece for piece in task.uids if piece not in changes)
    try:
        for (add, remove), uids in _grouped(changes, task.uids).items():
            await session.store_flags(uids, add=add, remove=remove)
    except NotNow:
        raise
    except MailboxRefused as refusal:
        said = (words.refused(step, len(changes), refusal.sentence),)
        return Ended(settlement=Settlement(gone=gone, kept=tuple(changes)), said=said)
    elsewhere = sum(change.elsewhere for change in changes.values())
    return Ended(
        settlement=Settlement(gone=gone),
        flags={task.uids[each]: (now[task.uids[each]] | it.add) - it.remove for each, it in changes.items()},
        said=_sentences(
            (words.gone, step, len(gone)),
            (words.flags_differ, step, elsewhere),
            (words.no_keywords, step, len(changes) if any(map(keyword_name, asked.add - step.add)) else 0),
        ),
    )


def _what_can_be_marked(task: Task) -> Step:
    """Some servers keep the system's flags only."""
    selected = task.session.selected
    if selected is None or selected.keywords:
        return task.step
    return replace(task.step, add=_of_the_system(task.step.add), remove=_of_the_system(task.step.remove))


def _of_the_system(flags: frozenset[str]) -> frozenset[str]:
    return frozenset(flag for flag in flags if flag.startswith("\\"))


def _grouped(
    changes: Mapping[Piece, Change], uids: Mapping[Piece, int]
) -> dict[tuple[frozenset[str], frozenset[str]], list[int]]:
    groups: dict[tuple[frozenset[str], frozenset[str]], list[int]] = defaultdict(list)
    for piece, change in changes.items():
        if change.add or change.remove:
            groups[change.add, change.remove].append(uids[piece])
    return groups


async def _erase(task: Task) -> Ended:
    """Whatever is gone already is as it should be."""
    present = await task.present()
    try:
        erased = not present or await task.session.erase(present.values())
    except NotNow:
        raise
    except MailboxRefused as refusal:
        kept = tuple(await task.present())
        said = (words.refused(task.step, len(kept), refusal.sentence),)
        return Ended(settlement=Settlement(kept=kept), said=said if kept else ())
    return Ended(said=() if erased else (words.only_marked(task.step, len(present)),))


async def _move_or_copy(task: Task) -> Ended:
    step, session = task.step, task.session
    beginning = task.waiting.beginning
    assert beginning is not None  # written before anybody was asked
    present = await task.present()
    landed: dict[Piece, int] = {}
    if task.waiting.state is StepState.BEGUN:
        landed = await _came_in(session, beginning, tuple(task.uids))
        await session.select(task.name)
    kept: dict[Piece, int] = {}
    why = ""
    try:
        landed |= await _ask(task, present, landed)
    except NotNow:
        raise
    except MailboxRefused as refusal:
        await session.select(task.name)
        kept = {piece: uid for piece, uid in (await task.present()).items() if piece not in landed}
        why = refusal.sentence
    unknown = tuple(piece for piece in present if piece not in landed and piece not in kept)
    if unknown:
        landed |= await _came_in(session, beginning, unknown)
    gone = tuple(piece for piece in task.uids if piece not in present and piece not in landed)
    settlement = Settlement(
        landed={piece.landing: _at(beginning, uid) for piece, uid in landed.items()}, gone=gone, kept=tuple(kept)
    )
    said = _sentences((words.gone, step, len(gone)))
    return Ended(settlement=settlement, said=(*said, words.refused(step, len(kept), why)) if kept else said)


def _at(beginning: Beginning, uid: int) -> Landing:
    return Landing(wire_name=beginning.wire_name, uidvalidity=beginning.uidvalidity, uid=uid)


async def _ask(task: Task, present: Mapping[Piece, int], landed: Mapping[Piece, int]) -> dict[Piece, int]:
    """What is not there yet goes; what was copied already, and was to be moved, is only taken from here."""
    beginning = task.waiting.beginning
    assert beginning is not None
    to_do = {piece: uid for piece, uid in present.items() if piece not in landed}
    moving = task.step.doing is Doing.MOVE
    half_done = [uid for piece, uid in present.items() if piece in landed]
    if moving and half_done:
        await task.session.erase(half_done)
    if not to_do:
        return {}
    ask = task.session.move if moving else task.session.copy
    copied = await ask(to_do.values(), beginning.wire_name)
    return {piece: copied.uids[uid] for piece, uid in to_do.items() if uid in copied.uids}


async def _came_in(session: ImapSession, beginning: Beginning, pieces: Sequence[Piece]) -> dict[Piece, int]:
    """Which of `pieces` are among what has come into the target since the step began. Selects the target."""
    selected = await session.select(beginning.wire_name)
    if not beginning.uidnext or selected.uidvalidity != beginning.uidvalidity:
        return {}
    # `*` is the last message even where its UID is below the range
    new = [uid for uid in await session.search_uids(f"UID {beginning.uidnext}:*") if uid >= beginning.uidnext]
    found: dict[tuple[str, int], list[int]] = defaultdict(list)
    for fetched in await session.known_by(new[:MOST_NEWCOMERS]):
        message_id = parse_message_id(parse_message(fetched.header_bytes).header("Message-ID"))
        found[message_id, fetched.size].append(fetched.uid)
    return told_apart(pieces, found)


def _sentences(*kinds: tuple[words.Sentence, Step, int]) -> tuple[str, ...]:
    return tuple(sentence(step, count) for sentence, step, count in kinds if count)
