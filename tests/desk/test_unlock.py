"""The store's key: where it comes from, and that nothing is written where none can be had."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from linksec_tui.config import Config, KeySource, Store
from linksec_tui.desk.secrets import Secrets
from linksec_tui.desk.unlock import AGAIN, NEW, OPENS, store_key
from linksec_tui.model.errors import LinksecError, NoKey
from linksec_tui.wire.keychain import Choice, Keychain


@pytest.fixture
def nothing(config: Config) -> Config:
    """No key configured, and an account without a password_command."""
    return replace(config, store=Store(), accounts=(replace(config.accounts[0], password_command=""),))


def no_keyring() -> Secrets:
    return Secrets(keychain=Keychain(Choice))


def answers(*given: str) -> tuple[Callable[[str], str], list[str]]:
    """Somebody who answers in this order, and what was asked."""
    waiting: Iterator[str] = iter(given)
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return next(waiting)

    return ask, asked


async def test_a_command_prints_the_key(config: Config) -> None:
    printed = replace(config, store=Store(key=KeySource.COMMAND, key_command="printf %064d 7"))
    assert await store_key(printed, no_keyring(), None) == bytes(31) + b"\x07"


@pytest.mark.parametrize("command", ["echo not-hex", "printf %063d 7", "false", "true"])
async def test_a_command_that_prints_no_key_is_a_sentence(config: Config, command: str) -> None:
    broken = replace(config, store=Store(key=KeySource.COMMAND, key_command=command))
    with pytest.raises(LinksecError):
        await store_key(broken, no_keyring(), None)


async def test_without_any_key_nothing_is_written(nothing: Config) -> None:
    with pytest.raises(NoKey, match="No key for the store"):
        await store_key(nothing, no_keyring(), None)
    assert not nothing.state.exists()


async def test_without_a_keyring_the_key_is_wrapped_under_the_accounts_password(config: Config) -> None:
    by_password = replace(config, store=Store())
    first = await store_key(by_password, no_keyring(), None)
    assert await store_key(by_password, no_keyring(), None) == first
    account = replace(config.accounts[0], password_command="echo another")
    with pytest.raises(NoKey, match="does not open"):
        await store_key(replace(by_password, accounts=(account,)), no_keyring(), None)


async def test_a_new_passphrase_is_asked_for_twice_and_then_once(config: Config) -> None:
    locked = replace(config, store=Store(key=KeySource.PASSPHRASE))
    ask, asked = answers("tulip", "tulip", "tulip")
    first = await store_key(locked, no_keyring(), ask)
    assert await store_key(locked, no_keyring(), ask) == first
    assert asked == [NEW, AGAIN, OPENS]


@pytest.mark.parametrize("given", [("tulip", "tupil"), ("", "")])
async def test_a_passphrase_mistyped_or_empty_writes_nothing(config: Config, given: tuple[str, str]) -> None:
    locked = replace(config, store=Store(key=KeySource.PASSPHRASE))
    with pytest.raises(NoKey):
        await store_key(locked, no_keyring(), answers(*given)[0])
    assert not locked.state.exists()
