"""Letters on their way through whatever breaks, and the promise to each recipient: they get it once; or the outbox
shows that they have not; or it says that the letter may have gone out.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from enum import Enum
from pathlib import Path

from linksec_tui.desk import Desk
from linksec_tui.desk.providers import ServerPatience
from linksec_tui.model.address import Field
from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Attachment, Choice, Draft, OutboxItem, OutboxState, Requirement
from linksec_tui.world import World
from tests.desk.breaking import Provider
from tests.desk.letters import letter, until
from tests.desk.provider_process import Breakage, Point, Way

CAROL, BOB, GRACE = "carol@university.example", "bob@bank.example", "grace@oldserver.example"
OUT = (OutboxState.SUBMITTED, OutboxState.SETTLED)
UNDER_WAY = (OutboxState.WAITING, OutboxState.SUBMITTING)
ENCLOSED = random.Random(1).randbytes(1_700_000)  # three pieces in the store
_MUTE = 1.0  # seconds that a server which is to be silent is waited for
_AT_THE_END = (Point.CONTENT, Point.DOT, Point.SAVED)


class Form(Enum):
    """What kind of letter. `SPLIT`: three submissions with one Message-ID, one of them to somebody blind."""

    SMALL = "small"
    LARGE = "large"
    SPLIT = "split"

    @property
    def recipients(self) -> tuple[str, ...]:
        return (CAROL, GRACE, BOB) if self is Form.SPLIT else (CAROL, BOB)


def written(desk: Desk, word: str, form: Form, directory: Path) -> Draft:
    """A letter of that form; what it encloses lies in the directory."""
    draft = letter(desk, word, *form.recipients[:2])
    match form:
        case Form.SMALL:
            return draft
        case Form.LARGE:
            file = directory / "enclosed.bin"
            if not file.exists():
                file.write_bytes(ENCLOSED)
            return replace(draft, attachments=(Attachment(name=file.name, path=file),))
        case Form.SPLIT:
            hidden = desk.parse_recipient(BOB, Field.BCC)
            return replace(draft, recipients=(*draft.recipients, hidden), requirement=Requirement.ENFORCED)


async def handed_over(desk: Desk, draft: Draft) -> tuple[OutboxItem, ...]:
    """Into the outbox; who falls short gets it all the same."""
    gate = await desk.gate(draft)
    choices = {line.recipient.address: Choice.LOWER for line in gate.short}
    return await desk.send(draft, await desk.decide(draft, choices, gate))


@dataclass(kw_only=True)
class Watch:
    """Who sends letters through the provider and looks what becomes of them. `became`: of all, by state."""

    desk: Desk
    world: World
    provider: Provider
    directory: Path
    became: Counter[str] = field(default_factory=Counter[str])

    async def send(self, word: str, form: Form, breakage: Breakage) -> set[OutboxState]:
        """The states that the letter is in once what was ordered has happened."""
        await self.desk.providers.meet(None)  # which asks what it offers: an hour's worth of greetings
        await self.provider.order(breakage)
        self.desk.providers.patience = _patience(breakage)
        await handed_over(self.desk, written(self.desk, word, form, self.directory))
        items = await self._until(word, tried)
        while not self.provider.met:  # too slow a machine: it was impatient before the server came that far
            items = await self._again(word)
        return {OutboxState.SETTLED if item.state in OUT else item.state for item in items}

    async def bring_to_an_end(self, word: str, form: Form) -> None:
        """What waits goes again, through a provider that is well; then the promise must have been kept."""
        self.desk.providers.patience = ServerPatience()
        await self.provider.order(Breakage())
        while any(item.state is OutboxState.WAITING for item in await self._of(word)):
            await self._again(word)
        items = await self._until(word, over)
        taken = self.provider.taken(word)
        for address in form.recipients:
            _check_promise(items, address, sum(address in recipients for recipients, _ in taken))
        for _, content in taken:
            _check_content(form, content)
        self._check_sent(word, items)
        self.became.update(item.state.value for item in items)

    async def _again(self, word: str) -> list[OutboxItem]:
        for item in await self._of(word):
            if item.state is OutboxState.WAITING:
                with suppress(BadInput):  # the worker was quicker
                    await self.desk.retry(item.id)
        return await self._until(word, tried)

    async def _of(self, word: str) -> list[OutboxItem]:
        return [item for item in await self.desk.outbox() if item.subject == word]

    async def _until(self, word: str, reached: Callable[[Sequence[OutboxItem]], bool]) -> list[OutboxItem]:
        items = await until(self.desk, lambda items: reached([item for item in items if item.subject == word]))
        return [item for item in items if item.subject == word]

    def _check_sent(self, word: str, items: Sequence[OutboxItem]) -> None:
        copies = sum(
            message_from_bytes(raw[:4000])["Subject"] == word for raw in self.world.inbox(self.world.address, "Sent")
        )
        settled = any(item.state is OutboxState.SETTLED for item in items)
        assert copies == int(settled), f"{copies} copies in Sent: {[item.state for item in items]}"


def tried(items: Sequence[OutboxItem]) -> bool:
    """Everything has been, at least once: what waits then waits for its next turn."""
    return bool(items) and all(item.state not in UNDER_WAY or _waits_again(item) for item in items)


def _waits_again(item: OutboxItem) -> bool:
    """After an attempt, its own or that of the part whose rest it is."""
    return item.state is OutboxState.WAITING and item.next_attempt_at is not None and item.not_before is None


def over(items: Sequence[OutboxItem]) -> bool:
    """Nothing is under way any more, neither to the provider nor to Sent."""
    return bool(items) and not any(item.state in (*UNDER_WAY, OutboxState.SUBMITTED) for item in items)


def _patience(breakage: Breakage) -> ServerPatience:
    if breakage.way is not Way.SILENT:
        return ServerPatience()
    answer = _MUTE if breakage.point in _AT_THE_END else ServerPatience().answer
    return ServerPatience(opening=_MUTE, step=_MUTE, answer=answer)


def _check_promise(items: Sequence[OutboxItem], address: str, copies: int) -> None:
    concerned = [item for item in items if address in item.recipients]
    states = [(item.state.value, item.detail) for item in concerned]
    said = [one.accepted for item in concerned for one in item.outcomes if str(one.recipient) == address]
    unsure = any(item.state is OutboxState.MAYBE_SENT for item in concerned)
    assert copies <= 1, f"{address} got it {copies} times: {states}"
    if copies:
        assert True in said or unsure, f"{address} has it, and the outbox does not know: {states}"
    else:
        assert True not in said, f"{address} was promised it, and has nothing: {states}"
        assert unsure or False in said, f"{address}: lost without a word: {states}"


def _check_content(form: Form, content: bytes) -> None:
    """Whole: what was enclosed is in it, octet by octet."""
    if form is Form.LARGE:
        parts = message_from_bytes(content).walk()
        assert [part.get_payload(decode=True) for part in parts if part.get_filename()] == [ENCLOSED]
