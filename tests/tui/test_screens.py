"""Golden screens: each as text beside this, so that a change of what people see can be read in review.

After a change that is meant: `REWRITE_SCREENS=1 pytest tests/tui/test_screens.py`, and read the difference.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual import events

from linksec_tui.model.eavesdrop import Direction, ImpostorMode, Overheard, TappedLink
from linksec_tui.model.letter import Kind, OutboxItem, OutboxState
from linksec_tui.model.message import Flag
from linksec_tui.model.sender import SenderState
from linksec_tui.model.set_up import Answer, Question, StoryLine, Went
from linksec_tui.tui.screens.accounts import AccountsScreen
from linksec_tui.tui.screens.ask import AskYes
from linksec_tui.tui.screens.goto import PickMailbox
from linksec_tui.tui.screens.setup import SetupScreen
from linksec_tui.tui.widgets.letter_text import LetterText
from tests.tui.writing_walks import EVERYBODY, compose, files, gate, going, mailbox, names, set_to_go

if TYPE_CHECKING:
    from conftest import Pilot, Shown, Stage, TableDesk, Until

    from linksec_tui.tui.front import Leave

NEWSLETTER = Path(__file__).parents[1] / "cases" / "reading" / "newsletter.eml"
SCREENS = Path(__file__).parents[1] / "screens"
STILL = 100  # pauses, each until the client has nothing to do
SIZES = {"80x24": (80, 24), "160x50": (160, 50)}


@dataclass
class TableTap:
    """What was overheard, as a table."""

    heard: tuple[TappedLink, ...]

    def links(self) -> tuple[TappedLink, ...]:
        return self.heard

    def listen(self, heard: Callable[[int], None]) -> Callable[[], None]:
        return lambda: None

    def clear(self) -> None:
        self.heard = ()


@dataclass
class TableImpostor:
    mode: ImpostorMode = ImpostorMode.OFF

    def switch(self, mode: ImpostorMode) -> None:
        self.mode = mode


def tapped(at: datetime) -> TableTap:
    noise = bytes((n * 73 + 11) % 256 for n in range(160))
    greeting = b"220 mx.bank.example ESMTP\r\n250 STARTTLS\r\n"
    talk = (
        (Direction.FROM_EXCHANGER, b"220 mx.old.example ESMTP\r\n"),
        (Direction.FROM_PROVIDER, b"EHLO smtp.home.example\r\n"),
        (Direction.FROM_EXCHANGER, b"250 SIZE 1000\r\n"),
        (Direction.FROM_PROVIDER, b"MAIL FROM:<alice@home.example>\r\nRCPT TO:<carol@old.example>\r\nDATA\r\n"),
        (Direction.FROM_EXCHANGER, b"250 Ok\r\n250 Ok\r\n354 Go on\r\n"),
        (Direction.FROM_PROVIDER, b"Subject: Friday\r\n\r\nThe word is marzipan.\r\n.\r\n"),
        (Direction.FROM_EXCHANGER, b"250 Queued\r\n"),
    )
    secret = ((Direction.FROM_EXCHANGER, greeting), (Direction.FROM_PROVIDER, noise))
    return TableTap(
        (
            link(1, "bank.example", secret, at),
            replace(link(2, "shop.example", secret[:1], at), impostor=True),
            link(3, "old.example", talk, at),
        )
    )


def link(number: int, domain: str, talk: tuple[tuple[Direction, bytes], ...], at: datetime) -> TappedLink:
    chunks = tuple(Overheard(direction=direction, content=content, at=at) for direction, content in talk)
    return TappedLink(number=number, domain=domain, exchanger=f"mx.{domain}", chunks=chunks, open=False, impostor=False)


async def reading(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await mailbox(stage, pilot, until)
    await pilot.press("j", "j", "enter")


async def card(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await mailbox(stage, pilot, until)
    await pilot.press("j", "enter")


async def outbox(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await mailbox(stage, pilot, until)
    await pilot.press("o")


async def drafts(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await mailbox(stage, pilot, until)
    await pilot.press("b")


async def check(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await mailbox(stage, pilot, until)
    await pilot.press("v")
    await until(pilot, lambda: stage.focused is not None and stage.focused.id == "check-add")
    stage.post_message(events.Paste(EVERYBODY))
    await until(pilot, lambda: stage.roll.complete == 6)
    await pilot.press("ctrl+r", "ctrl+r", "1", "j", "j")
    await until(pilot, lambda: "3 of 6 meet" in stage.export_screenshot().replace("&#160;", " "))


async def tap(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await mailbox(stage, pilot, until)
    await pilot.press("t")


async def tap_noise(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await tap(stage, pilot, until)
    await pilot.press("i", "home")


async def contacts(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await mailbox(stage, pilot, until)
    await pilot.press("p")
    await until(pilot, lambda: "could prove itself" in stage.export_screenshot().replace("&#160;", " "))
    await pilot.press("j", "x", "k")


async def ladder(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await mailbox(stage, pilot, until)
    await pilot.press("question_mark")


async def goto(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await mailbox(stage, pilot, until)
    await pilot.press("g")


async def move_to(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await mailbox(stage, pilot, until)
    await pilot.press("m")
    await until(pilot, lambda: isinstance(stage.screen, PickMailbox) and stage.focused is not None)


async def mailboxes(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await mailbox(stage, pilot, until)
    await pilot.press("M")
    await until(pilot, lambda: "not&#160;subscribed" in stage.export_screenshot())


async def mailbox_goes(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await mailboxes(stage, pilot, until)
    await pilot.press("k", "d")  # the Inbox cannot go
    await until(pilot, lambda: isinstance(stage.screen, AskYes))


async def way(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await mailbox(stage, pilot, until)
    await pilot.press("j", "j", "i")


async def conversations(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    """Folded ones and one that is not, and every mark that a line can bear."""
    headers = stage.table.headers
    stage.table.views.threads = [(280, 290, 294, 299), (270, 296, 297), (281, 298)]
    for at, flags in ((4, {Flag.ANSWERED}), (5, {"$Forwarded", "travel"}), (6, {Flag.ANSWERED, "$Forwarded"})):
        headers[at] = replace(headers[at], flags=frozenset({Flag.SEEN, *flags}), subject=f"Re: {headers[at].subject}")
    await mailbox(stage, pilot, until)
    await pilot.press("V", "j", "z", "j", "x", "j", "j", "x")
    await until(pilot, lambda: "▸" in stage.export_screenshot())


async def narrowed(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await mailbox(stage, pilot, until)
    await pilot.press("l", *"unread 29")
    await until(pilot, lambda: "5 messages" in stage.export_screenshot().replace("&#160;", " "))


async def source(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await mailbox(stage, pilot, until)
    await pilot.press("h")


async def accounts(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await mailbox(stage, pilot, until)
    await pilot.press("a")
    await until(pilot, lambda: isinstance(stage.screen, AccountsScreen) and len(stage.screen.story.lines) > 10)


async def setup(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    """In the middle of it: some of it is told, and something is asked."""
    await accounts(stage, pilot, until)
    await pilot.press("a")
    await until(pilot, lambda: isinstance(stage.screen, SetupScreen) and stage.focused is not None)
    screen = stage.screen
    assert isinstance(screen, SetupScreen)
    await pilot.press(*"bob@home.example", "enter", *"secret")
    screen.story.show(TOLD)
    screen.run_worker(screen.choose(ASKED))
    await until(pilot, lambda: screen.asked.display and stage.focused is not None)


TOLD = (
    StoryLine(
        key="1", text="DNS (SRV records): has them, and nobody on the way could have forged that", went=Went.WELL
    ),
    StoryLine(key="2", text="The domain's web site: nothing there (there is no such host)"),
    StoryLine(key="3", text="These servers are used", went=Went.HEADING),
    StoryLine(key="4", text="To read: imap.home.example, port 993, encrypted from the first byte", went=Went.WELL),
    StoryLine(key="5", text="imap.home.example refused the user name or the password.", went=Went.BADLY),
    StoryLine(key="6", text="bob@home.example was refused: trying bob.", went=Went.CAUTION),
)
ASKED = Question(
    text="No keyring is usable here. Where should the keys to your mail be kept?",
    answers=(
        Answer(id="store", words="In linksec-tui's own store", meaning="You type a passphrase at each start."),
        Answer(id="session", words="Nowhere"),
    ),
    option="--keep",
)


async def letter(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    stage.table.raw = NEWSLETTER.read_bytes()
    header = stage.table.headers[2]
    stage.table.headers[2] = replace(header, subject="The spring walks, and an invitation")
    await reading(stage, pilot, until)
    await until(pilot, lambda: "attachments:" in stage.export_screenshot())


async def letter_page(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await letter(stage, pilot, until)
    await pilot.press("w")
    await until(pilot, lambda: "The spring walks" in stage.screen.query_one(LetterText).text)


async def links(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await letter_page(stage, pilot, until)
    await pilot.press("l", "2")


async def parts(stage: Stage, pilot: Pilot[Leave], until: Until) -> None:
    await letter(stage, pilot, until)
    await pilot.press("P", "j")


Walk = Callable[["Stage", "Pilot[Leave]", "Until"], Awaitable[None]]
_ALL = (
    mailbox,
    reading,
    card,
    compose,
    going,
    set_to_go,
    files,
    gate,
    outbox,
    drafts,
    check,
    tap,
    tap_noise,
    ladder,
    goto,
    move_to,
    mailboxes,
    mailbox_goes,
    conversations,
    narrowed,
    source,
    way,
    accounts,
    setup,
    contacts,
    names,
    letter,
    letter_page,
    links,
    parts,
)
WALKS: dict[str, Walk] = {walk.__name__: walk for walk in _ALL}


def furnish(table: TableDesk) -> None:
    """Something of everything to look at."""
    table.headers[1] = replace(
        table.headers[1], is_bounce=True, sender_name="Mail Delivery System", flags=frozenset(),
        subject="Undelivered Mail Returned to Sender",
    )  # fmt: skip
    table.headers[2] = replace(table.headers[2], has_attachment=True, flags=frozenset({Flag.FLAGGED, Flag.SEEN}))
    states = (SenderState.VERIFIED, SenderState.UNVERIFIED, SenderState.FAILED, SenderState.VERIFIED)
    for at, state in enumerate(states, 2):
        table.headers[at] = replace(table.headers[at], sender_state=state, sender_warned=at == 5)
    draft = replace(table.new_draft(), id="kept", subject="Half a letter", changed_at=table.now())
    table.kept = {"kept": draft}
    table.items = [
        OutboxItem(
            id=state.value, letter="l", kind=Kind.NOTICE if state is OutboxState.SETTLED else Kind.LETTER,
            account="home", state=state, recipients=("anna@bank.example", "prof@uni.example"), subject="Friday",
            created_at=table.now() - timedelta(minutes=at),
            detail="smtp.home.example does not answer." if state is OutboxState.WAITING else "",
        )
        for at, state in enumerate(OutboxState)
    ]  # fmt: skip


async def drawn(stage: Stage, pilot: Pilot[Leave], shown: Shown, agreed: str = "") -> str:
    """The screen once it is as agreed, or stands still; what lies behind a dialogue may be drawn a moment later."""
    before, still = "", 0
    while still < STILL and (now := shown(stage)) != agreed:
        before, still = now, still + 1 if now == before else 0
        await pilot.pause()
    return shown(stage)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("walk", WALKS)
async def test_the_screen_is_as_it_was_agreed(
    walk: str, size: str, make_stage: type[Stage], table: TableDesk, until: Until, shown: Shown
) -> None:
    furnish(table)
    stage = make_stage(table, tap=tapped(table.now()), impostor=TableImpostor())
    file = SCREENS / f"{walk}-{size}.txt"
    async with stage.run_test(size=SIZES[size]) as pilot:
        await WALKS[walk](stage, pilot, until)
        if os.environ.get("REWRITE_SCREENS"):
            file.write_text(await drawn(stage, pilot, shown) + "\n", "utf-8")
        agreed = file.read_text("utf-8").removesuffix("\n")
        assert await drawn(stage, pilot, shown, agreed) == agreed
