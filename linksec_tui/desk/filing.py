"""What a person does to messages and mailboxes: on the disk and on the screen at once, then at the server.

Every verb is a deed that can be taken back, with or without a network. It answers with a sentence that says what was
done; where the server's side stands instead, an event tells so later (`FilingSaid`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from linksec_tui.desk import filing_steps as making
from linksec_tui.desk.correspondence import Correspondence
from linksec_tui.desk.filing_steps import Gathered, gathered, steps_of
from linksec_tui.desk.replaying import Replaying
from linksec_tui.desk.rooms import Rooms
from linksec_tui.model.errors import BadInput
from linksec_tui.model.events import MailboxChanged, MailboxesChanged
from linksec_tui.model.filing import ALL_MAIL, JUNK, NOT_JUNK, Doing, Step, Waiting
from linksec_tui.model.keywords import keyword_name
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.message import Flag
from linksec_tui.store import ahead, mailboxes, messages, pending

_MARKED = {
    (Flag.SEEN, True): "marked as read", (Flag.SEEN, False): "marked as unread",
    (Flag.FLAGGED, True): "starred", (Flag.FLAGGED, False): "no longer starred",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """The verbs. Each takes the ids of messages, or a mailbox, and returns what was done in a sentence."""

    rooms: Rooms
    correspondence: Correspondence
    replaying: Replaying

    # messages

    async def mark(self, ids: Sequence[int], flag: Flag, *, on: bool) -> str:
        flags = frozenset({flag.value})
        add, remove = (flags, frozenset[str]()) if on else (frozenset[str](), flags)
        some = await self._gathered(ids)
        steps = [step for each in some for step in making.marking(each, add=add, remove=remove)]
        return await self._do(f"{_count(some)} {_MARKED.get((flag, on), 'marked')}", steps)

    async def label(self, ids: Sequence[int], *, add: frozenset[str], remove: frozenset[str]) -> str:
        """Keywords set and taken off."""
        some = await self._gathered(ids)
        steps = [step for each in some for step in making.marking(each, add=add, remove=remove)]
        words = [f"{does} {_words(flags)}" for does, flags in (("got", add), ("lost", remove)) if flags]
        return await self._do(f"{_count(some)} {' and '.join(words)}", steps)

    async def move(self, ids: Sequence[int], mailbox: int) -> str:
        return await self._to(Doing.MOVE, ids, mailbox)

    async def copy(self, ids: Sequence[int], mailbox: int) -> str:
        return await self._to(Doing.COPY, ids, mailbox)

    async def archive(self, ids: Sequence[int]) -> str:
        return await self._to_role(ids, Role.ARCHIVE)

    async def junk(self, ids: Sequence[int]) -> str:
        """Marked for the filter to learn from, and out of sight."""
        some = await self._gathered(ids)
        marks = [step for each in some for step in making.marking(each, add=_JUNK, remove=_NOT_JUNK)]
        return await self._to_role(ids, Role.JUNK, marks)

    async def not_junk(self, ids: Sequence[int]) -> str:
        some = await self._gathered(ids)
        marks = [step for each in some for step in making.marking(each, add=_NOT_JUNK, remove=_JUNK)]
        return await self._to_role(ids, Role.INBOX, marks)

    async def for_good(self, ids: Sequence[int]) -> int:
        """How many of them lie in the Trash: deleting those cannot be taken back, and is asked about first."""
        return sum(len(each.headers) for each in await self._gathered(ids) if each.mailbox.role is Role.TRASH)

    async def delete(self, ids: Sequence[int]) -> str:
        """To the Trash; what lies there goes for good. At Gmail, out of a label it goes and stays everywhere else."""
        steps: list[Step] = []
        words: list[str] = []
        for account, some in _by_account(await self._gathered(ids)).items():
            known = await self._mailboxes(account)
            labels = [each for each in some if making.is_label(each.mailbox, known)]
            trash = [each for each in some if each.mailbox.role is Role.TRASH]
            rest = [each for each in some if each not in labels and each not in trash]
            steps += [step for each in trash for step in steps_of(Doing.ERASE, each)]
            steps += [step for each in labels for step in steps_of(Doing.MOVE, each, ALL_MAIL)]
            words += [f"{_count(trash)} deleted for good"] if trash else []
            words += [_off_label(each) for each in labels]
            if rest:
                target, new = making.place_for(Role.TRASH, known, self._configured(account))
                steps += [*new, *(step for each in rest for step in steps_of(Doing.MOVE, each, target))]
                words.append(f"{_count(rest)} moved to {_shown(target, known)}")
        return await self._do("; ".join(words), steps)

    async def trash_of(self, account: str) -> Mailbox | None:
        return making.with_role(await self._mailboxes(account), Role.TRASH)

    async def empty_trash(self, account: str) -> str:
        """Everything in it, for good."""
        trash = await self.trash_of(account)
        if trash is None:
            raise BadInput("This account has no Trash.", "There is nothing to empty.")
        return await self.delete(await self.rooms.mail.run(messages.spine, trash.id))

    async def undo(self) -> str:
        """Takes back the last deed. What of it is still waiting never travels."""
        deed = await self.rooms.desk.run(pending.last_deed)
        if deed is None:
            raise BadInput("There is nothing to take back.")
        unbegun, begun = await self.rooms.desk.run(pending.take_back, deed.number)
        for each in unbegun:
            await self._take_off_the_screen(each)
        lost = [each for each in begun if not making.can_be_taken_back(each.step)]
        done = [each.step for each in begun]
        numbers = [number for step in done for piece in step.pieces for number in (piece.landing, piece.uid)]
        steps = list(making.taking_back(done, await self.rooms.desk.run(pending.landings, numbers)))
        if steps:
            undoing = await self._note(f"taken back: {deed.words}", steps)
            await self.rooms.desk.run(pending.settle, undoing)
        if lost and not steps:
            raise BadInput(f"{deed.words}: nothing brings that back.")
        return f"Taken back: {deed.words}."

    async def waits(self, account: str) -> int:
        """How many deeds the server does not know of yet."""
        return await self.rooms.desk.run(pending.count, account)

    # mailboxes

    async def create(self, account: str, name: str) -> str:
        step = making.making(name, await self._known_mailboxes(account))
        return await self._do(f"“{step.name}” made", [step])

    async def rename(self, mailbox: int, name: str) -> str:
        old = await self._mailbox(mailbox)
        _not_the_inbox(old, "keeps its name")
        step = making.renaming(old, name, await self._known_mailboxes(old.account))
        return await self._do(f"“{old.name}” renamed to “{step.name}”", [step])

    async def remove(self, mailbox: int) -> str:
        """The mailbox with everything in it; not, if more is in it at the server than is known here."""
        old = await self._mailbox(mailbox)
        _not_the_inbox(old, "stays")
        return await self._do(f"“{old.name}” deleted", [making.on_mailbox(Doing.REMOVE, old)])

    async def subscribe(self, mailbox: int, *, on: bool) -> str:
        old = await self._mailbox(mailbox)
        words = f"{'Subscribed' if on else 'No longer subscribed'} to “{old.name}”"
        return await self._do(words, [making.on_mailbox(Doing.SUBSCRIBE if on else Doing.UNSUBSCRIBE, old)])

    async def subscribed(self, account: str) -> frozenset[int]:
        """Which mailboxes other programs show, too. Raises ConnectionProblem: only the server knows."""
        async with self.correspondence.sync(self.rooms.account(account)).line.session() as session:
            names = await session.subscribed()
        return frozenset(each.id for each in await self._mailboxes(account) if each.wire_name in names)

    # how it is done

    async def _to(self, doing: Doing, ids: Sequence[int], mailbox: int) -> str:
        target = await self._mailbox(mailbox)
        some = [each for each in await self._gathered(ids) if each.mailbox.id != mailbox]
        ours = [each for each in some if each.mailbox.account == target.account]
        if not ours:
            where = "are there already" if not some else f"belong to another account than “{target.name}”"
            raise BadInput(f"The messages {where}.", "They stay where they are.")
        steps = [step for each in ours for step in steps_of(doing, each, target.wire_name)]
        done = "moved" if doing is Doing.MOVE else "copied"
        left = (
            f"; {_count([each for each in some if each not in ours])} of another account left" if some != ours else ""
        )
        return await self._do(f"{_count(ours)} {done} to {_shown(target.wire_name, [target])}{left}", steps)

    async def _to_role(self, ids: Sequence[int], role: Role, marks: Sequence[Step] = ()) -> str:
        steps = list(marks)
        words: list[str] = []
        for account, some in _by_account(await self._gathered(ids)).items():
            known = await self._mailboxes(account)
            target, new = making.place_for(role, known, self._configured(account))
            moving = [each for each in some if each.mailbox.wire_name != target]
            if moving:
                steps += [*new, *(step for each in moving for step in steps_of(Doing.MOVE, each, target))]
                words.append(f"{_count(moving)} moved to {_shown(target, known)}")
        if not words:
            raise BadInput("The messages are there already.", "They stay where they are.")
        return await self._do("; ".join(words), steps)

    async def _do(self, words: str, steps: Sequence[Step]) -> str:
        if not steps:
            raise BadInput("The messages are not there any more.", "They may have been moved elsewhere.")
        await self._note(words, steps)
        return f"{words[0].upper()}{words[1:]}."

    async def _note(self, words: str, steps: Sequence[Step]) -> int:
        """On the disk, then shown as done, then on its way."""
        noted = await self.rooms.desk.run(pending.note, words, steps, self.rooms.clock())
        for each in noted.steps:
            await self._make_small(each.step)
            self._tell(each.step, await self.rooms.mail.run(ahead.apply, each))
        await self.rooms.desk.run(pending.go, noted.deed)
        for account in {step.account for step in steps}:
            await self.replaying.wake(account)
        return noted.deed

    async def _make_small(self, step: Step) -> None:
        """A mailbox that goes is emptied before, piece by piece: others wait for the store, too."""
        if step.doing is Doing.REMOVE:
            while await self.rooms.mail.run(mailboxes.forget_called, step.account, step.mailbox):
                pass

    async def _take_off_the_screen(self, waiting: Waiting) -> None:
        changed = await self.rooms.mail.run(ahead.take_back, waiting)
        self._tell(waiting.step, changed)
        await self.replaying.wake(waiting.step.account)

    def _tell(self, step: Step, changed: Iterable[int]) -> None:
        for mailbox in changed:
            self.rooms.broadcast.tell(MailboxChanged(mailbox=mailbox))
        if not step.pieces:
            self.rooms.broadcast.tell(MailboxesChanged(account=step.account))

    async def _gathered(self, ids: Sequence[int]) -> list[Gathered]:
        headers = await self.correspondence.rows(ids)
        known = {each.id: each for each in await self.correspondence.mailboxes()}
        return gathered(headers.values(), known)

    async def _mailboxes(self, account: str) -> tuple[Mailbox, ...]:
        return await self.rooms.mail.run(mailboxes.read_mailboxes, account)

    async def _known_mailboxes(self, account: str) -> tuple[Mailbox, ...]:
        known = await self._mailboxes(account)
        if not known:
            raise BadInput("The mailboxes of this account are not known yet.", "Try again when it was reached once.")
        return known

    async def _mailbox(self, ident: int) -> Mailbox:
        found = await self.rooms.mail.run(mailboxes.read_mailbox, ident)
        if found is None:
            raise BadInput("The mailbox is not there any more.", "Somebody else has deleted or renamed it.")
        return found

    def _configured(self, account: str) -> dict[str, str]:
        return dict(self.rooms.account(account).mailboxes)


_JUNK = frozenset({JUNK})
_NOT_JUNK = frozenset({NOT_JUNK})


def _by_account(some: Iterable[Gathered]) -> dict[str, list[Gathered]]:
    grouped: dict[str, list[Gathered]] = {}
    for each in some:
        grouped.setdefault(each.mailbox.account, []).append(each)
    return grouped


def _count(some: Iterable[Gathered]) -> str:
    count = sum(len(each.headers) for each in some)
    return "1 message" if count == 1 else f"{count} messages"


def _words(keywords: Iterable[str]) -> str:
    return ", ".join(f"#{keyword_name(each)}" for each in sorted(keywords))


def _off_label(some: Gathered) -> str:
    it = "it" if len(some.headers) == 1 else "them"
    name = some.mailbox.name
    return f"{_count([some])} taken out of “{name}”: Gmail keeps {it} in All Mail, and under every other label"


def _shown(wire_name: str, known: Iterable[Mailbox]) -> str:
    if wire_name == "INBOX":
        return "the Inbox"
    name = next((each.name for each in known if each.wire_name == wire_name), wire_name)
    return "All Mail" if wire_name == ALL_MAIL else f"“{name}”"


def _not_the_inbox(mailbox: Mailbox, stays: str) -> None:
    if mailbox.role is Role.INBOX:
        raise BadInput(f"The Inbox {stays}: every account has one.")
