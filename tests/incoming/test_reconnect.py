"""Back by itself: after silence, with back-off, and never with a password that was refused."""

from __future__ import annotations

from dataclasses import replace

from linksec_tui.incoming.line import SignIn
from linksec_tui.incoming.sync import FIRST_WAIT, LONGEST_WAIT, MailboxSync
from linksec_tui.model.events import ConnectionChanged, CredentialsRejected, Event, Link, MailboxChanged

from .conftest import Person


def online(event: Event) -> bool:
    return isinstance(event, ConnectionChanged) and event.link is Link.ONLINE


def offline(event: Event) -> bool:
    return isinstance(event, ConnectionChanged) and event.link is Link.OFFLINE


def arrived(event: Event) -> bool:
    return isinstance(event, MailboxChanged) and bool(event.arrived)


def rejected(event: Event) -> bool:
    return isinstance(event, CredentialsRejected)


def impatient(person: Person, seconds: float) -> None:
    """The same person, whose program takes that long a silence for an end."""
    sign_in = SignIn(
        account=person.account,
        means=replace(person.means, timeout=seconds),
        credentials=person.sign_in.credentials,
    )
    person.sync = MailboxSync(sign_in, person.vault, person.tell)


async def test_a_connection_that_died_without_a_word_is_noticed_as_soon_as_there_is_doubt(person: Person) -> None:
    impatient(person, 3.0)
    async with person.online():
        await person.hears(online)
        person.wire.hush()
        person.sync.doubt()
        event = await person.hears(offline)
        assert isinstance(event, ConnectionChanged)
        assert "stopped answering" in event.detail
        await person.deliver("meanwhile")
        person.sync.doubt()
        await person.hears(online)  # perhaps it was back before that letter was there
        while await person.subjects() != ["meanwhile"]:
            await person.hears(arrived)


async def test_doubt_about_a_connection_that_lives_changes_nothing(person: Person) -> None:
    async with person.online():
        await person.hears(online)
        for number in range(3):
            person.sync.doubt()
            await person.deliver(f"letter {number}")
            while f"letter {number}" not in await person.subjects():
                await person.hears(lambda _: True)
    assert not any(map(offline, person.diary))


async def test_a_refused_password_is_not_tried_again_because_the_machine_woke_up(person: Person) -> None:
    right, person.password = person.password, "wrong"
    async with person.online():
        await person.hears(rejected)
        person.sync.doubt()
        person.password = right
        person.sync.wake()
        await person.hears(online)
    assert sum(map(rejected, person.diary)) == 1


async def test_waits_grow_and_are_short_again_after_a_success(person: Person) -> None:
    waits: list[float] = []

    def noted(seconds: float) -> float:
        waits.append(seconds)
        return 0.01

    person.sync = MailboxSync(person.sign_in, person.vault, person.tell, noted)
    person.wire.cut()
    async with person.online():
        while len(waits) < 9:
            await person.hears(offline)
        assert waits[:7] == [min(FIRST_WAIT * 2**number, LONGEST_WAIT) for number in range(7)]
        person.wire.mend()
        await person.hears(online)
        before = len(waits)
        person.wire.cut()
        await person.hears(offline)
        person.wire.mend()
        await person.hears(online)
        assert waits[before] == FIRST_WAIT


async def test_who_sleeps_in_a_long_wait_is_woken_by_another_network(person: Person) -> None:
    person.sync = MailboxSync(person.sign_in, person.vault, person.tell, lambda _: 3600.0)
    person.wire.cut()
    async with person.online():
        await person.hears(offline)
        person.wire.mend()
        person.sync.doubt()
        await person.hears(online)
