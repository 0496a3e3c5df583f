"""The first screen before the desk: the newest rows of a store that can be read at once, or nothing and not a word."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from linksec_tui.config import Config, KeySource, Store
from linksec_tui.desk import glance
from linksec_tui.desk.glance import EarlyKey
from linksec_tui.desk.secrets import Secrets
from linksec_tui.desk.unlock import store_key
from linksec_tui.model.account import Account
from linksec_tui.model.address import Address
from linksec_tui.model.errors import NoKey
from linksec_tui.model.mailbox import Mailbox, Role
from linksec_tui.model.message import Header
from linksec_tui.store import mailboxes, messages
from linksec_tui.store.lock import FileLock
from linksec_tui.store.vault import Vault, open_vault
from linksec_tui.wire.keychain import Keychain

KEY = bytes(31) + b"\1"
PRINTS_KEY = f"printf {KEY.hex()}"
BEGAN = datetime(2026, 3, 1, 12, tzinfo=UTC)
LETTERS = glance.ROWS + 20


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(
        state=tmp_path / "state",
        accounts=tuple(Account(name=name, address=Address("alice", f"{name}.example")) for name in ("home", "work")),
        store=Store(key=KeySource.COMMAND, key_command=PRINTS_KEY),
    )


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that prints at once has all the time that a slow machine needs for it."""
    monkeypatch.setattr(glance, "PATIENCE", 40.0)


@pytest.fixture
def filled(config: Config) -> Path:
    """The file, closed, with an inbox of either account."""
    vault = open_vault(config.state / "mail.db", KEY, schema="mail")
    for account in config.accounts:
        _fill(vault, account.name)
    vault.close()
    return vault.path


def _fill(vault: Vault, account: str) -> None:
    inbox = Mailbox(id=0, account=account, name="Inbox", wire_name="INBOX", role=Role.INBOX)
    (known,) = vault.do(mailboxes.write_mailboxes, account, [inbox])
    vault.do(messages.write_headers, [_header(known, uid) for uid in range(1, LETTERS + 1)])


def _header(inbox: Mailbox, uid: int) -> Header:
    return Header(
        id=0, account=inbox.account, mailbox=inbox.id, uid=uid, sender_name="Ann", sender_address="ann@a.example",
        recipients="", subject=f"{inbox.account} {uid}", received_at=BEGAN + timedelta(minutes=uid),
    )  # fmt: skip


def looked(config: Config) -> glance.Glance | None:
    early = EarlyKey.ask(config)
    assert early is not None
    return early.glance(config)


@pytest.mark.usefixtures("filled")
def test_the_newest_rows_of_the_first_accounts_inbox_are_there_before_the_desk(config: Config) -> None:
    seen = looked(config)
    assert seen is not None
    assert (seen.mailbox.account, seen.mailbox.role) == ("home", Role.INBOX)
    assert [row.subject for row in seen.rows] == [f"home {uid}" for uid in range(LETTERS, 20, -1)]


@pytest.mark.usefixtures("filled")
def test_whichever_account_comes_first_is_the_one_that_is_shown(config: Config) -> None:
    seen = looked(replace(config, accounts=config.accounts[::-1]))
    assert seen is not None
    assert seen.mailbox.account == "work"


def test_looking_changes_nothing_in_the_file(config: Config, filled: Path) -> None:
    before = filled.read_bytes()
    assert looked(config) is not None
    assert filled.read_bytes() == before


@pytest.mark.parametrize("source", [None, KeySource.KEYRING, KeySource.PASSPHRASE, KeySource.PASSWORD])
def test_only_a_command_is_asked_early(config: Config, source: KeySource | None) -> None:
    """A keyring and a person may be asked once, by the desk, which says what it waits for."""
    assert EarlyKey.ask(replace(config, store=Store(key=source))) is None


def test_without_an_account_nobody_is_asked(config: Config) -> None:
    assert EarlyKey.ask(replace(config, accounts=())) is None


def test_where_there_is_no_store_none_is_begun(config: Config) -> None:
    assert looked(config) is None
    assert not config.state.exists()


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("command", ["printf nonsense", "exit 3", f"printf {bytes(32).hex()}", "true"])
def test_what_is_no_key_or_another_ones_shows_nothing_and_raises_nothing(config: Config, command: str) -> None:
    assert looked(replace(config, store=replace(config.store, key_command=command))) is None


@pytest.mark.usefixtures("filled")
async def test_what_was_wrong_with_the_key_is_said_by_the_desk(config: Config) -> None:
    config = replace(config, store=replace(config.store, key_command="printf nonsense"))
    early = EarlyKey.ask(config)
    assert early is not None
    assert early.glance(config) is None
    with pytest.raises(NoKey, match="not 64 hexadecimal digits"):
        await store_key(config, Secrets(keychain=Keychain()), None, early)


@pytest.mark.usefixtures("filled")
async def test_a_command_that_waits_for_the_person_is_not_waited_for_and_not_run_twice(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(glance, "PATIENCE", 0.01)
    gate, runs = tmp_path / "gate", tmp_path / "runs"
    os.mkfifo(gate)
    command = f"echo once >> {runs}; cat {gate}"
    config = replace(config, store=replace(config.store, key_command=command))
    early = EarlyKey.ask(config)
    assert early is not None
    assert early.glance(config) is None
    gate.write_text(KEY.hex())  # now the person has answered
    assert await store_key(config, Secrets(keychain=Keychain()), None, early) == KEY
    assert runs.read_text() == "once\n"


def test_a_damaged_file_shows_nothing_and_is_left_to_the_desk(config: Config, filled: Path) -> None:
    content = bytearray(filled.read_bytes())
    content[:] = bytes(each ^ 0xFF for each in content)
    filled.write_bytes(content)
    assert looked(config) is None
    assert filled.read_bytes() == content


@pytest.mark.usefixtures("filled")
def test_a_file_of_another_version_is_left_to_the_desk(config: Config, filled: Path) -> None:
    vault = open_vault(filled, KEY, schema="mail")
    version = vault.do(lambda opened: opened.number("PRAGMA user_version"))
    vault.do(lambda opened: opened.execute(f"PRAGMA user_version = {version - 1}"))
    vault.close()
    assert looked(config) is None


@pytest.mark.usefixtures("filled")
def test_whoever_is_about_to_replace_the_file_is_not_disturbed(config: Config, filled: Path) -> None:
    with FileLock(filled.with_name("mail.db.lock")) as lock:
        assert lock.try_alone()
        assert looked(config) is None


@pytest.mark.usefixtures("filled")
def test_a_store_without_an_inbox_has_nothing_to_show(config: Config) -> None:
    elsewhere = Account(name="new", address=Address("alice", "new.example"))
    assert looked(replace(config, accounts=(elsewhere,))) is None
