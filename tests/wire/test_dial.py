"""Where a name leads, and whether it may: `connect_to` as curl means it, strangers' addresses, who is asked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from linksec_tui.config import ConnectTo
from linksec_tui.wire.dial import Dialler, ForbiddenAddress, Target
from tests.wire.strangers import serve

HOST = "mta-sts.a.example"


@dataclass(slots=True)
class Names:
    """A resolver that knows two names, and remembers what it was asked."""

    asked: list[str] = field(default_factory=list)

    async def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        known = {HOST: ("127.0.0.1",), "elsewhere.example": ("127.0.0.1",)}
        if host not in known:
            raise OSError(f"{host} has no address")
        return known[host]


async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"hello")
    await writer.drain()
    await reader.read()


async def heard_by(dialler: Dialler, target: Target) -> bytes:
    reader, writer = await dialler.open(target)
    try:
        return await reader.readexactly(5)
    finally:
        writer.transport.abort()


def target(*, stranger: bool = False) -> Target:
    return Target(host=HOST, port=443, stranger=stranger, timeout=40)


async def test_a_rule_without_an_address_changes_the_port_only() -> None:
    names = Names()
    async with serve(greet) as port:
        dialler = Dialler(addresses_of=names, connect_to=(ConnectTo(host="", port=443, address="", to_port=port),))
        assert await heard_by(dialler, target()) == b"hello"
    assert names.asked == [HOST]


async def test_a_rule_without_an_address_leads_no_stranger_home() -> None:
    rule = ConnectTo(host="", port=443, address="", to_port=1)
    dialler = Dialler(addresses_of=Names(), connect_to=(rule,))
    with pytest.raises(ForbiddenAddress):
        await dialler.open(target(stranger=True))


async def test_a_rule_with_an_address_is_the_users_word_and_spares_the_lookup() -> None:
    names = Names()
    async with serve(greet) as port:
        rule = ConnectTo(host=HOST, port=443, address="127.0.0.1", to_port=port)
        assert await heard_by(Dialler(addresses_of=names, connect_to=(rule,)), target(stranger=True)) == b"hello"
    assert names.asked == []


async def test_a_name_in_a_rule_is_asked_of_our_own_resolver() -> None:
    names = Names()
    async with serve(greet) as port:
        rule = ConnectTo(host=HOST, port=0, address="elsewhere.example", to_port=port)
        assert await heard_by(Dialler(addresses_of=names, connect_to=(rule,)), target()) == b"hello"
    assert names.asked == ["elsewhere.example"]


async def test_looking_ahead_asks_and_never_raises() -> None:
    names = Names()
    await Dialler(addresses_of=names).look_ahead(target(stranger=True))
    await Dialler(addresses_of=names).look_ahead(Target(host="nowhere.example", port=443))
    assert names.asked == [HOST, "nowhere.example"]
