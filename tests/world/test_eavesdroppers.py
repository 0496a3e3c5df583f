"""The two eavesdroppers, as the front ends see them."""

from __future__ import annotations

import asyncio
import threading

from linksec_tui.model.eavesdrop import Direction, Impostor, ImpostorMode, Tap, TappedLink
from linksec_tui.world import World
from linksec_tui.world.tap import MAX_LINK, MAX_LINKS, LineTap
from tests.world.talk import TEXT, Sending, submit


async def link_to(world: World, domain: str) -> TappedLink:
    await submit(world, Sending(to=(f"bob@{domain}",)))
    return [link for link in world.tap.links() if link.domain == domain][-1]


def read(link: TappedLink) -> bytes:
    return b"".join(chunk.content for chunk in link.chunks)


def test_both_keep_the_promises_of_the_vocabulary(world: World) -> None:
    tap: Tap = world.tap
    impostor: Impostor = world.impostor
    assert tap.links() == ()
    assert impostor.mode is ImpostorMode.OFF


async def test_links_are_numbered_in_the_order_of_time(world: World) -> None:
    first, second = await link_to(world, "bank.example"), await link_to(world, "club.example")
    assert second.number == first.number + 1
    assert (first.exchanger, second.exchanger) == ("mx.bank.example", "mx.club.example")


async def test_who_listens_is_told_of_each_chunk_until_he_stops(world: World) -> None:
    heard: list[int] = []
    stop = world.tap.listen(heard.append)
    link = await link_to(world, "oldserver.example")
    assert heard.count(link.number) >= len(link.chunks)
    stop()
    told = len(heard)
    await link_to(world, "oldserver.example")
    assert len(heard) == told


async def test_what_was_heard_can_be_forgotten(world: World) -> None:
    await link_to(world, "oldserver.example")
    world.tap.clear()
    assert world.tap.links() == ()


async def test_stripping_shows_the_whole_letter_and_the_hand_that_did_it(world: World) -> None:
    world.impostor.switch(ImpostorMode.STRIP)
    link = await link_to(world, "club.example")
    assert link.impostor
    assert b"STARTTLS" not in read(link)
    assert TEXT.encode() in link.bytes_seen(Direction.FROM_PROVIDER)
    assert link.in_clear_after_greeting


async def test_the_impostor_leaves_alone_what_is_in_clear_anyway(world: World) -> None:
    world.impostor.switch(ImpostorMode.STRIP)
    assert not (await link_to(world, "oldserver.example")).impostor


async def test_with_a_certificate_of_his_own_the_impostor_reads_what_others_hear_as_noise(world: World) -> None:
    world.impostor.switch(ImpostorMode.CERTIFICATE)
    link = await link_to(world, "club.example")
    assert link.impostor
    assert b"STARTTLS" in read(link)
    assert TEXT.encode() in link.bytes_seen(Direction.FROM_PROVIDER)
    assert b"ESMTPS" in world.inbox("bob@club.example")[-1].partition(b"for <bob@club.example>")[0]


async def test_before_enforced_dane_the_impostor_reads_the_greeting_and_no_more(world: World) -> None:
    world.impostor.switch(ImpostorMode.CERTIFICATE)
    link = await link_to(world, "bank.example")
    assert link.impostor
    assert b"MAIL FROM" not in read(link)


async def test_a_link_keeps_the_mode_that_it_began_with(world: World) -> None:
    async with asyncio.timeout(60):
        reader, writer = await asyncio.open_connection("127.0.0.1", world.relay_port("mx.club.example"))
        await reader.readline()
        world.impostor.switch(ImpostorMode.STRIP)
        writer.write(b"EHLO provider\r\n")
        offered = await reader.readuntil(b"250 STARTTLS\r\n")
        writer.close()
        await writer.wait_closed()
    assert b"STARTTLS" in offered


def test_the_switch_can_be_thrown_from_any_thread(world: World) -> None:
    thread = threading.Thread(target=world.impostor.switch, args=(ImpostorMode.STRIP,))
    thread.start()
    thread.join()
    assert world.impostor.mode is ImpostorMode.STRIP


async def test_a_link_is_kept_up_to_a_bound_and_says_what_it_left_out() -> None:
    tap = LineTap()
    number = tap.opened("bank.example", "mx.bank.example")
    tap.heard(number, Direction.FROM_PROVIDER, b"x" * (MAX_LINK - 1))
    tap.heard(number, Direction.FROM_PROVIDER, b"yyyyy")
    (link,) = tap.links()
    assert len(read(link)) == MAX_LINK
    assert link.unrecorded == 4


async def test_of_many_links_the_oldest_that_are_over_are_forgotten() -> None:
    tap = LineTap()
    still_open = tap.opened("bank.example", "mx.bank.example")
    for _ in range(MAX_LINKS + 5):
        tap.closed(tap.opened("club.example", "mx.club.example"))
    numbers = [link.number for link in tap.links()]
    assert len(numbers) <= MAX_LINKS + 1
    assert still_open in numbers
    assert numbers[-1] == MAX_LINKS + 6
