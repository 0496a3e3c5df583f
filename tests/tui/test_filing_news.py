"""What waits for the server stands in the status line once it takes long; what came out otherwise is said once."""

from __future__ import annotations

from linksec_tui.model.events import ConnectionChanged, FilingSaid, FilingWaits, Link
from linksec_tui.tui.filing_news import FilingNews

from .conftest import Shown, Stage, TableDesk, Until

SENTENCE = "1 message in “Inbox” was moved or deleted elsewhere before we could mark it; that stands."


def waits(count: int) -> FilingWaits:
    return FilingWaits(account="home", count=count)


async def test_without_a_network_what_waits_is_counted_in_the_status_line_from_the_start(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    table.filing.waiting = 2
    async with stage.run_test(size=(120, 24)) as pilot:
        await until(pilot, lambda: "2 changes wait for the server" in shown(stage))
        table.queue.put_nowait(ConnectionChanged(account="home", link=Link.OFFLINE, detail="no answer"))
        table.queue.put_nowait(waits(3))
        await until(pilot, lambda: "3 changes wait for the server" in shown(stage))
        table.queue.put_nowait(ConnectionChanged(account="home", link=Link.ONLINE))
        table.queue.put_nowait(waits(0))
        await until(pilot, lambda: "for the server" not in shown(stage))


async def test_with_a_network_a_change_that_is_there_at_once_is_never_said_to_wait(
    stage: Stage, table: TableDesk, until: Until
) -> None:
    async with stage.run_test(size=(120, 24)) as pilot:
        await until(pilot, lambda: stage.standing.opened)
        stage.connections["home"] = ConnectionChanged(account="home", link=Link.ONLINE)
        news = FilingNews(stage)
        news.take(waits(1))
        assert stage.standing.to_servers == 0
        await until(pilot, lambda: stage.standing.to_servers == 1)  # the server is busy
        news.take(waits(0))
        assert stage.standing.to_servers == 0


async def test_what_came_out_otherwise_is_a_notice_and_the_same_one_is_not_said_again_beside_it(
    stage: Stage, table: TableDesk, until: Until, shown: Shown
) -> None:
    async with stage.run_test(size=(120, 24), notifications=True) as pilot:
        await until(pilot, lambda: stage.standing.opened)
        for sentence in (SENTENCE, SENTENCE, "Another one."):
            table.queue.put_nowait(FilingSaid(account="home", sentence=sentence))
        await until(pilot, lambda: "Another one." in shown(stage))
        assert shown(stage).count("that stands") == 1
