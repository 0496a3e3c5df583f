"""Where an account's password comes from, and what is said where it is missing."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from linksec_tui.desk.secrets import Secrets
from linksec_tui.model.account import Account, Server
from linksec_tui.model.address import parse_address
from linksec_tui.model.errors import ConfigurationError
from linksec_tui.wire.keychain import Choice, Keychain

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
