"""What was done here goes to the server, in its order; where both sides changed something, the server's stands.

Each step is marked as begun on the disk before the server is asked. After a crash such a step is looked up there first:
what it moved or copied already is found by Message-ID and size among what came in since, and not done a second time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from linksec_tui.incoming import replay_words as words
from linksec_tui.incoming.catch_up import CatchUp
from linksec_tui.incoming.line import Line
from linksec_tui.incoming.replay_mailboxes import change_mailbox
from linksec_tui.incoming.replay_messages import Ended, Task, work_on
from linksec_tui.model.errors import MailboxRefused, NotNow
from linksec_tui.model.events import Event, FilingSaid, FilingWaits, MailboxChanged, MailboxesChanged
from linksec_tui.model.filing import ALL_MAIL, Beginning, Doing, Landing, Piece, Step, Waiting
from linksec_tui.store import ahead, mailboxes, messages, pending
from linksec_tui.store.ahead import Settlement
from linksec_tui.store.connection import Connection
from linksec_tui.store.vault import Vault
from linksec_tui.wire.imap import ImapSession

log = logging.getLogger("linksec_tui.incoming")

_OF_MAILBOXES = frozenset({Doing.CREATE, Doing.RENAME, Doing.REMOVE, Doing.SUBSCRIBE, Doing.UNSUBSCRIBE})
_WITH_TARGET = frozenset({Doing.MOVE, Doing.COPY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """One account's waiting steps, over its synchronisation's line. `desk` has them, `mail` shows them."""

    account: str
    line: Line
    desk: Vault
    mail: Vault
    tell: Callable[[Event], None]

    async def all(self) -> None:
        """Until nothing waits. Raises ConnectionProblem: what waits then goes on waiting."""
        while waiting := await self.desk.run(pending.waiting, self.account):
            for each in waiting:
                await self._step(each)
                await self._tell_how_many()

    async def give_up(self) -> None:
        """The oldest step, which the server cannot be made to understand: it is taken back, and said."""
        for waiting in (await self.desk.run(pending.waiting, self.account))[:1]:
            why = "the server did not understand what we asked of it"
            await self._settle(waiting, _refused(waiting.step, waiting.step.pieces, why))
            await self._tell_how_many()

    async def _step(self, waiting: Waiting) -> None:
        async with self.line.session() as session:
            beginning = await self._begin(session, waiting)
            if beginning is None:
                return  # it was taken back in the last moment
            ended = await self._at_server(session, replace(waiting, beginning=beginning))
        await self._settle(waiting, ended)

    async def _begin(self, session: ImapSession, waiting: Waiting) -> Beginning | None:
        """On the disk before the first octet; a step that had begun before keeps what was written then."""
        beginning = waiting.beginning
        if beginning is None:
            beginning = await _how_the_target_stands(session, waiting.step)
        return beginning if await self.desk.run(pending.begin, waiting.number, beginning) else None

    async def _at_server(self, session: ImapSession, waiting: Waiting) -> Ended:
        step = waiting.step
        if step.doing in _OF_MAILBOXES:
            return await change_mailbox(session, step)
        if step.doing in _WITH_TARGET and not (waiting.beginning and waiting.beginning.wire_name):
            return _refused(step, step.pieces, f"{words.shown_name(step.target)} is not on the server any more.")
        try:
            name = await _real_name(session, step.mailbox)
            selected = await session.select(name)
        except NotNow:
            raise
        except MailboxRefused:
            return Ended(settlement=Settlement(gone=step.pieces), said=(words.source_gone(step),))
        found = await self._found(session, step, selected.uidvalidity)
        ended = (
            await work_on(Task(session=session, name=name, waiting=waiting, uids=found.uids)) if found.uids else Ended()
        )
        return found.added_to(ended, step)

    async def _found(self, session: ImapSession, step: Step, uidvalidity: int) -> _Found:
        """Which numbers the messages have now; some had none when the step was noted."""
        known = await self.desk.run(pending.landings, [piece.uid for piece in step.pieces])
        found = _Found.of(step, known, uidvalidity)
        for piece in () if step.doing is Doing.ERASE else found.lost:  # what is not known for certain is not deleted
            uids = await session.with_message_id(piece.message_id)
            if len(uids) == 1:
                found.uids[piece] = uids[0]
        return replace(found, lost=tuple(piece for piece in found.lost if piece not in found.uids))

    async def _settle(self, waiting: Waiting, ended: Ended) -> None:
        """On the screen first: who hears that nothing waits any more finds everything in its place."""
        landed = ended.settlement.landed
        changed = await self.mail.run(ahead.settle, waiting, ended.settlement)
        changed |= await self.mail.run(_write_flags, waiting.step, ended.flags)
        if waiting.step.doing in _OF_MAILBOXES:
            self.tell(MailboxesChanged(account=self.account))
        for mailbox in changed:
            self.tell(MailboxChanged(mailbox=mailbox))
        await self._fetch_what_is_missing(waiting.step, landed.values())
        for sentence in ended.said:
            self.tell(FilingSaid(account=self.account, sentence=sentence))
        await self.desk.run(pending.finish, waiting.number, landed)
        log.info("step %d (%s) is at the server", waiting.number, waiting.step.doing)

    async def _fetch_what_is_missing(self, step: Step, landed: Iterable[Landing]) -> None:
        """What arrived where it is not shown yet comes as if it had been sent there."""
        target = await self.mail.run(mailboxes.mailbox_called, step.account, step.target)
        if target is None or step.doing not in _WITH_TARGET:
            return
        uids = [at.uid for at in landed]
        if len(await self.mail.run(messages.known_uids, target.id, uids)) < max(len(uids), 1):
            with suppress(MailboxRefused):  # gone again meanwhile
                await CatchUp(line=self.line, vault=self.mail, tell=self.tell).arrivals(target)

    async def _tell_how_many(self) -> None:
        count = await self.desk.run(pending.count, self.account)
        self.tell(FilingWaits(account=self.account, count=count))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A step's messages: with their numbers, of a numbering that is no more, and those that nobody can find."""

    uids: dict[Piece, int]
    stale: tuple[Piece, ...]
    lost: tuple[Piece, ...]

    @classmethod
    def of(cls, step: Step, known: Mapping[int, Landing], uidvalidity: int) -> _Found:
        uids: dict[Piece, int] = {}
        stale: list[Piece] = []
        lost: list[Piece] = []
        for piece in step.pieces:
            at = known.get(piece.uid)
            if piece.uid < 0 and at is None:
                lost.append(piece)
            elif (at.uidvalidity if at else step.uidvalidity) != uidvalidity:
                stale.append(piece)
            else:
                uids[piece] = at.uid if at else piece.uid
        return cls(uids=uids, stale=tuple(stale), lost=tuple(lost))

    def added_to(self, ended: Ended, step: Step) -> Ended:
        """With what could not even be asked for. Of a numbering that is no more nothing is known here, either."""
        stale = tuple(replace(piece, uid=0) for piece in self.stale)
        gone = (*ended.settlement.gone, *stale, *self.lost)
        said = list(ended.said)
        if self.stale:
            said.append(words.renumbered(step, len(self.stale)))
        if self.lost:
            said.append(words.gone(step, len(self.lost)))
        return replace(ended, settlement=replace(ended.settlement, gone=gone), said=tuple(said))


def _refused(step: Step, pieces: tuple[Piece, ...], why: str) -> Ended:
    if step.doing in _OF_MAILBOXES:
        return Ended(settlement=Settlement(undone=True), said=(words.mailbox_refused(step, why),))
    return Ended(settlement=Settlement(kept=pieces), said=(words.refused(step, len(pieces), why),))


async def _how_the_target_stands(session: ImapSession, step: Step) -> Beginning:
    """Without a name where there is no such mailbox."""
    if step.doing not in _WITH_TARGET:
        return Beginning()
    try:
        name = await _real_name(session, step.target)
        standing = await session.told_of(name)
    except NotNow:
        raise
    except MailboxRefused:
        return Beginning()
    return Beginning(wire_name=name, uidvalidity=standing.uidvalidity, uidnext=standing.uidnext)


async def _real_name(session: ImapSession, wire_name: str) -> str:
    """What the server calls the mailbox that holds everything; any other is called as it is."""
    if wire_name != ALL_MAIL:
        return wire_name
    lines = await session.mailboxes()
    found = next((line.wire_name for line in lines if ALL_MAIL.lower() in line.attributes), None)
    if found is None:
        raise MailboxRefused("The server has no mailbox that holds everything.", "")
    return found


def _write_flags(connection: Connection, step: Step, flags: Mapping[int, frozenset[str]]) -> frozenset[int]:
    mailbox = mailboxes.mailbox_called(connection, step.account, step.mailbox)
    if mailbox is None or not flags or mailbox.uidvalidity != step.uidvalidity:
        return frozenset()
    return frozenset({mailbox.id}) if messages.write_flags(connection, mailbox.id, flags) else frozenset()
