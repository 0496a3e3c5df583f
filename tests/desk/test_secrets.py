"""Where an account's password comes from, and what is said where it is missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
import tomlkit

from linksec_tui.config import KeySource, SecretsIn
from linksec_tui.config_file import parse
from linksec_tui.desk.drawers import SessionDrawer, StoreDrawer, ways_to_keep
from linksec_tui.desk.secrets import Secrets
from linksec_tui.model.account import Account, Server
from linksec_tui.model.address import parse_address
from linksec_tui.model.credentials import Password
from linksec_tui.model.errors import ConfigurationError, CredentialsRefused, NoKey
from linksec_tui.store.vault import open_vault
from linksec_tui.wire.keychain import Choice, Keychain, KeychainState
from tests.accounts import signing_in

ALICE = Account(
    name="home",
    address=parse_address("alice@home.example"),
    user="alice",
    imap=Server(host="imap.home.example", port=993),
)


@dataclass
class Drawer:
    """A keyring as a table."""

    secrets: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    def get_password(self, service: str, username: str) -> str | None:
        return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.secrets[service, username]


async def test_who_has_no_password_is_told_how_to_put_it_where_it_is_looked_for() -> None:
    drawer = Drawer()
    secrets = Secrets(keychain=Keychain(lambda: Choice(backend=drawer, name="drawer")))
    with pytest.raises(ConfigurationError) as missing:
        await secrets.password(ALICE)
    entry = "password of alice at imap.home.example"
    assert f'keyring set linksec-tui "{entry}"' in missing.value.next_step
    drawer.set_password("linksec-tui", entry, "sesame")
    assert await secrets.password(ALICE) == "sesame"


@dataclass
class Person:
    """Somebody who can be asked; each answer once."""

    answers: list[str]
    asked: list[str] = field(default_factory=list[str])

    def __call__(self, question: str) -> str:
        self.asked.append(question)
        if not self.answers:
            raise NoKey("Nobody answers.")
        return self.answers.pop(0)


def without_keyring(person: Person, tmp_path: Path, drawer: signing_in.Drawer | SessionDrawer | StoreDrawer) -> Secrets:
    with signing_in.provider(tmp_path) as home:
        tokens = signing_in.Tokens(drawer=drawer, forms=home.forms(), clock=home.clock, state=tmp_path)
    return Secrets(ask=person, tokens=tokens)


async def test_without_a_keyring_the_password_is_asked_for_once(tmp_path: Path) -> None:
    person = Person(["sesame"])
    secrets = without_keyring(person, tmp_path, SessionDrawer())
    assert [await secrets.password(ALICE) for _ in range(3)] == ["sesame"] * 3
    assert person.asked == ["The password of alice@home.example"]


async def test_a_typed_password_that_was_refused_is_asked_for_again(tmp_path: Path) -> None:
    secrets = without_keyring(Person(["simsim", "sesame"]), tmp_path, SessionDrawer())
    wrong = await secrets.credentials(ALICE)
    secrets.refused(ALICE, wrong)
    assert await secrets.credentials(ALICE) == Password(user="alice", password="sesame")


async def test_where_nobody_can_be_asked_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="There is no password for the account home"):
        await without_keyring(Person([]), tmp_path, SessionDrawer()).password(ALICE)


def _all_of(directory: Path) -> bytes:
    return b"".join(file.read_bytes() for file in directory.iterdir())


async def test_what_the_store_keeps_is_there_after_a_start_and_in_no_readable_file(tmp_path: Path) -> None:
    path, key = tmp_path / "desk.db", b"k" * 32
    with open_vault(path, key, schema="desk") as vault:
        await without_keyring(Person([]), tmp_path, StoreDrawer(vault=vault)).keep_password(ALICE, "sesame-open")
        await vault.keep_copy()
    assert b"sesame-open" not in _all_of(tmp_path)
    with open_vault(path, key, schema="desk") as vault:
        secrets = without_keyring(Person([]), tmp_path, StoreDrawer(vault=vault))
        assert await secrets.password(ALICE) == "sesame-open"
        await secrets.forget(ALICE)
        with pytest.raises(ConfigurationError):
            await secrets.password(ALICE)


async def test_an_account_that_signs_in_never_asks_for_a_password(tmp_path: Path) -> None:
    person = Person(["sesame"])
    with pytest.raises(CredentialsRefused, match="linksec-tui account sign-in home"):
        await without_keyring(person, tmp_path, SessionDrawer()).credentials(signing_in.ALICE)
    with pytest.raises(CredentialsRefused, match="not signed in"):
        await Secrets().credentials(signing_in.ALICE)
    assert person.asked == []


@pytest.mark.parametrize("usable", [True, False])
def test_every_way_to_keep_secrets_is_one_that_the_configuration_takes(*, usable: bool) -> None:
    state = KeychainState(usable=usable, backend="Secret Service", problem="" if usable else "There is none.")
    ways = ways_to_keep(state)
    assert [way.possible for way in ways] == [usable, True, True, True]
    assert all(way.meaning.endswith(".") for way in ways)
    for way in ways:
        config = parse(tomlkit.dumps({"store": dict(way.settings)}).encode(), path=Path("/c.toml"), explicit=False)
        assert (config.store.key, config.store.secrets) == (
            KeySource(way.settings["key"]),
            SecretsIn(way.settings["secrets"]),
        )
