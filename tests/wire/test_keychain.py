"""The keyring: only back ends that are known to keep a secret, read back, and never waited for without end."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from keyring.errors import KeyringLocked

from linksec_tui.model.account import Account, Server
from linksec_tui.model.address import Address
from linksec_tui.model.errors import KeychainUnusable
from linksec_tui.wire import keychain as keychain_module
from linksec_tui.wire.keychain import Choice, Keychain, Refused, choose_backend, password_entry, store_key_entry

ALICE = Account(name="home", address=Address("alice", "home.example"), imap=Server(host="imap.home.example", port=993))


@dataclass
class Table:
    """A keyring as a table."""

    kept: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class Forgetful(Table):
    def set_password(self, service: str, username: str, password: str) -> None:
        """As keyring.backends.null does."""


class Locked(Table):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("the secret is hunter2")


@dataclass
class Prompting(Table):
    """Waits for a person who does not come."""

    answered: threading.Event = field(default_factory=threading.Event)
    shown: threading.Event = field(default_factory=threading.Event)
    prompts: int = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.prompts += 1
        self.shown.set()
        self.answered.wait()
        return None


def choosing(table: Table) -> Callable[[], Choice]:
    return lambda: Choice(backend=table, name="Table")


async def test_a_secret_is_kept_given_back_and_deleted() -> None:
    keychain = Keychain(choosing(Table()))
    assert await keychain.password_for(ALICE) is None
    await keychain.store_password(ALICE, "hunter2")
    assert await keychain.password_for(ALICE) == "hunter2"
    await keychain.delete_secret(password_entry(ALICE))
    await keychain.delete_secret(password_entry(ALICE))
    assert await keychain.password_for(ALICE) is None


async def test_everything_stands_under_the_programs_own_name() -> None:
    table = Table()
    await Keychain(choosing(table)).store_password(ALICE, "hunter2")
    assert list(table.kept) == [("linksec-tui", "password of alice@home.example at imap.home.example")]


def test_the_keys_of_two_worlds_never_mix() -> None:
    assert store_key_entry(Path("/one")) != store_key_entry(Path("/two"))


async def test_a_keyring_that_forgets_is_noticed_when_writing() -> None:
    with pytest.raises(KeychainUnusable, match="does not give it back"):
        await Keychain(choosing(Forgetful())).write_secret("name", "hunter2")


async def test_a_locked_keyring_is_a_sentence_that_quotes_nothing() -> None:
    with pytest.raises(KeychainUnusable, match=r"^The keyring is locked, and was not unlocked\. Unlock it") as caught:
        await Keychain(choosing(Locked())).read_secret("name")
    assert "hunter2" not in str(caught.value)
    state = await Keychain(choosing(Locked())).usable()
    assert (state.usable, state.backend) == (False, "Table")


async def test_a_keyring_that_waits_for_a_person_is_given_up() -> None:
    table = Prompting()
    try:
        with pytest.raises(KeychainUnusable, match="did not answer within 0 seconds"):
            await Keychain(choosing(table), timeout=0.01).read_secret("name")
    finally:
        table.answered.set()


async def test_where_nothing_is_acceptable_each_refused_one_is_named_with_its_reason() -> None:
    refused = (Refused(backend="keyrings.alt.file.PlaintextKeyring", why="it may keep secrets in a readable file"),)
    keychain = Keychain(lambda: Choice(refused=refused))
    state = await keychain.usable()
    assert not state.usable
    assert state.refused == refused
    assert state.problem == (
        "No keyring is usable here"
        " (keyrings.alt.file.PlaintextKeyring is refused: it may keep secrets in a readable file)."
    )


async def test_a_usable_keyring_says_which_it_is() -> None:
    state = await Keychain(choosing(Table())).usable()
    assert (state.usable, state.backend, state.problem) == (True, "Table", "")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """No desktop, and no configuration for `keyring`."""
    for variable in ("DBUS_SESSION_BUS_ADDRESS", "PYTHON_KEYRING_BACKEND", "DISPLAY"):
        monkeypatch.delenv(variable, raising=False)
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    return monkeypatch


def test_a_configured_back_end_that_forgets_is_refused_and_no_other_takes_its_place(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    choice = choose_backend()
    assert choice.backend is None
    assert choice.refused == (Refused(backend="keyring.backends.null.Keyring", why="it forgets what it is given"),)


def test_a_configured_back_end_that_is_not_there_is_refused(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("PYTHON_KEYRING_BACKEND", "keyrings.nowhere.Keyring")
    assert choose_backend() == Choice(
        refused=(Refused(backend="the one that is configured", why="it cannot be loaded"),)
    )


def test_a_back_end_of_unknown_origin_is_refused(bare: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "strange_backend.py").write_text(
        "from keyring.backend import KeyringBackend\n"
        "class Strange(KeyringBackend):\n"
        "    priority = 9\n"
        "    def get_password(self, service, username): return None\n"
        "    def set_password(self, service, username, password): pass\n"
    )
    bare.setattr(sys, "path", [str(tmp_path), *sys.path])
    bare.setenv("PYTHON_KEYRING_BACKEND", "strange_backend.Strange")
    assert choose_backend().refused == (
        Refused(backend="strange_backend.Strange", why="it is not known to keep a secret"),
    )


@pytest.mark.usefixtures("bare")
async def test_without_a_desktop_there_is_no_keyring_and_that_is_said() -> None:
    state = await Keychain().usable()
    assert not state.usable
    assert state.problem.startswith("No keyring is usable here")


async def test_who_waits_for_a_locked_keyring_is_told_for_what(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keychain_module, "PATIENCE", 0.01)
    prompting, told = Prompting(), asyncio.Queue[str]()
    keychain = Keychain(choosing(prompting), timeout=240, waiting=told.put_nowait)
    asking = asyncio.create_task(keychain.read_secret("name"))
    assert "unlocked" in await told.get()
    prompting.answered.set()
    assert await asking is None
    assert told.empty()


async def test_several_questions_make_one_prompt_at_a_time() -> None:
    prompting = Prompting()
    keychain = Keychain(choosing(prompting), timeout=240)
    async with asyncio.TaskGroup() as questions:
        for number in range(3):
            questions.create_task(keychain.read_secret(f"name {number}"))
        await asyncio.to_thread(prompting.shown.wait)
        assert prompting.prompts == 1
        prompting.answered.set()
    assert prompting.prompts == 3
