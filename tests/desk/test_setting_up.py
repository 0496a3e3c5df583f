"""Setting up an account: what is tried, what is asked, what is written, and what is not."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from linksec_tui import config_writer
from linksec_tui.accounts.oauth_answer import Grant
from linksec_tui.config import Config, ConnectTo, Network, SecretsIn
from linksec_tui.config_writer import PutOAuth
from linksec_tui.desk.setting_up import Added, SettingUp
from linksec_tui.model.account import Account
from linksec_tui.model.address import Address
from linksec_tui.model.errors import BadInput, ConfigurationError
from linksec_tui.model.set_up import NotSetUp, Wanted
from linksec_tui.wire.keychain import Choice, Keychain
from tests.accounts import signing_in
from tests.desk.small_provider import READING, SENDING, SmallProvider, running
from tests.desk.table_person import ADDRESS, NAMED, TablePerson
from tests.lab.flawed import Flawed
from tests.lab.hostile import Flaw
from tests.wire.strangers import Authority


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


LOOKUPS = {"reading a letter looks up nothing": "typing"}
KEPT_IN_THE_STORE = LOOKUPS | {"Where should the keys to your mail be kept?": "store"}


def now() -> datetime:
    return datetime.now(UTC)


def no_keyring() -> Keychain:
    return Keychain(Choice)


def a_keyring() -> Keychain:
    return Keychain(lambda: Choice(backend=Drawer(), name="Secret Service"))


async def set_up(config: Config, wanted: Wanted, person: TablePerson, keychain: Keychain | None = None) -> Added:
    return await SettingUp(config=config, clock=now, keychain=keychain or no_keyring()).run(wanted, person)


@asynccontextmanager
async def provider(directory: Path, **accounts: str) -> AsyncGenerator[tuple[SmallProvider, Config]]:
    small, authority = SmallProvider(accounts=accounts), Authority(directory)
    async with running(small, authority.context(READING), authority.context(SENDING)):
        yield small, small.config(directory, authority.file)


@asynccontextmanager
async def own_made(directory: Path, flaw: Flaw) -> AsyncGenerator[tuple[SmallProvider, Config]]:
    """One whose certificates no authority vouches for."""
    small, flawed = SmallProvider(accounts={str(ADDRESS): "sesame"}), Flawed(trusted=trustme.CA())

    (directory / "unknown.pem").write_bytes(flawed.unknown.cert_pem.bytes())

    def context(host: str) -> ssl.SSLContext:
        file = directory / f"{host}.pem"
        file.write_bytes(flawed.pem(host, flaw))
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(file)
        return made

    async with running(small, context(READING), context(SENDING)):
        yield small, small.config(directory, None)


async def test_the_address_is_the_user_name_where_the_server_knows_it(tmp_path: Path) -> None:
    async with provider(tmp_path, **{str(ADDRESS): "sesame"}) as (small, config):
        added = await set_up(config, NAMED, TablePerson(KEPT_IN_THE_STORE))
    assert added.account.user == str(ADDRESS)
    assert [where for where, _, _ in small.tried] == ["imap", "smtp"]


async def test_what_stands_before_the_at_is_the_one_guess_and_it_is_told(tmp_path: Path) -> None:
    person = TablePerson(KEPT_IN_THE_STORE)
    async with provider(tmp_path, alice="sesame") as (small, config):
        added = await set_up(config, NAMED, person)
    assert added.account.user == "alice"
    assert [(where, user) for where, user, _ in small.tried] == [
        ("imap", str(ADDRESS)), ("imap", "alice"), ("smtp", "alice"),
    ]  # fmt: skip
    assert "alice@own.example was refused. Nobody told the user name" in person.told
    assert added.config.accounts[0].user == "alice"


async def test_a_wrong_password_is_tried_twice_at_one_server_and_never_at_the_other(tmp_path: Path) -> None:
    async with provider(tmp_path, alice="other") as (small, config):
        with pytest.raises(NotSetUp, match="refused the user name or the password"):
            await set_up(config, NAMED, TablePerson())
        assert [where for where, _, _ in small.tried] == ["imap", "imap"]
        assert config.path is not None
        assert not config.path.exists()
        assert not config.state.exists()


async def test_where_a_server_failed_for_another_reason_no_user_name_is_guessed_at(tmp_path: Path) -> None:
    async with provider(tmp_path, alice="sesame") as (small, config):
        small.places[READING] = 1
        with pytest.raises(NotSetUp, match="cannot be reached"):
            await set_up(small.config(tmp_path, config.network.ca_file), NAMED, TablePerson())
        assert [user for _, user, _ in small.tried] == [str(ADDRESS)]


async def test_special_use_and_offers_are_told(tmp_path: Path) -> None:
    person = TablePerson(KEPT_IN_THE_STORE)
    async with provider(tmp_path, alice="sesame") as (_, config):
        await set_up(config, NAMED, person)
    assert "sent: Gesendet" in person.told
    assert "It offers REQUIRETLS" in person.told
    assert "It reports what became of a letter (DSN)." in person.told


# Certificates that nobody vouches for


@pytest.mark.parametrize("flaw", [Flaw.SELF_SIGNED, Flaw.UNKNOWN_CA])
async def test_a_certificate_is_pinned_by_the_persons_own_word_only(tmp_path: Path, flaw: Flaw) -> None:
    async with own_made(tmp_path, flaw) as (small, config):
        with pytest.raises(NotSetUp):
            await set_up(config, NAMED, TablePerson({"No authority vouches for": "no"}))
        assert small.tried == []
        person = TablePerson(KEPT_IN_THE_STORE | {"No authority vouches for": "pin"})
        added = await set_up(config, NAMED, person)
        assert len([each for each in person.asked if "No authority" in each]) == 2
    assert added.account.imap is not None
    assert added.account.imap.pin
    assert f"sha256:{added.account.imap.pin}" in (tmp_path / "config.toml").read_text()
    assert "pinned, below the minimum" in person.told


async def test_ones_own_authority_is_named_where_its_certificate_is_not_known(tmp_path: Path) -> None:
    """Asked at the server that is met first; the other is believed with it."""
    async with own_made(tmp_path, Flaw.UNKNOWN_CA) as (_, config):
        answers = KEPT_IN_THE_STORE | {"No authority vouches for": "authority"}
        person = TablePerson(answers, {"your own authority": str(tmp_path / "unknown.pem")})
        added = await set_up(config, NAMED, person)
        assert len([each for each in person.asked if "No authority" in each]) == 1
        wanted = replace(NAMED, ca_file=tmp_path / "unknown.pem")
        (tmp_path / "config.toml").unlink()
        given = await set_up(config, wanted, TablePerson(KEPT_IN_THE_STORE))
    for each in (added, given):
        assert each.config.network.ca_file == tmp_path / "unknown.pem"
        assert each.account.imap is not None
        assert not each.account.imap.pin


async def test_a_certificate_file_that_cannot_be_used_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("no certificate\n")
    async with own_made(tmp_path, Flaw.UNKNOWN_CA) as (small, config):
        for file in (tmp_path / "empty.pem", tmp_path / "not there.pem"):
            with pytest.raises(ConfigurationError, match="cannot be used"):
                await set_up(config, replace(NAMED, ca_file=file), TablePerson())
    assert small.tried == []


async def test_a_second_authority_belongs_into_the_file_of_the_first(tmp_path: Path) -> None:
    (tmp_path / "other.pem").write_bytes(trustme.CA().cert_pem.bytes())
    async with provider(tmp_path, alice="sesame") as (_, config):
        with pytest.raises(BadInput, match="names a CA file already"):
            await set_up(config, replace(NAMED, ca_file=tmp_path / "other.pem"), TablePerson())


# What the provider says of senders

SPAM = b"Authentication-Results: mail.own.example; dkim=pass header.d=bank.example\r\n"
CAME = (
    b"Received: from out.bank.example (out.bank.example [192.0.2.7])\r\n\tby imap.own.example with ESMTPS id 1;"
    b" Mon, 6 Jan 2025 10:00:00 +0000\r\n"
)


@pytest.mark.parametrize(("answer", "believed"), [("believe", "mail.own.example"), ("ignore", "")])
async def test_the_name_that_the_providers_own_fields_carry_is_asked_about(
    tmp_path: Path, answer: str, believed: str
) -> None:
    person = TablePerson(KEPT_IN_THE_STORE | {"Is that your provider?": answer})
    async with provider(tmp_path, alice="sesame") as (small, config):
        small.traces = [SPAM + CAME, SPAM + CAME, CAME]
        added = await set_up(config, NAMED, person)
    assert "On 2 of your last 3 letters, mail.own.example tells" in "\n".join(person.asked)
    assert added.account.authserv_id == believed
    assert added.config.accounts[0].authserv_id == believed
    assert added.config.accounts[0].trusted_hosts == ({believed} if believed else set())


async def test_a_name_that_a_sender_could_have_written_is_never_proposed(tmp_path: Path) -> None:
    person = TablePerson(KEPT_IN_THE_STORE)
    async with provider(tmp_path, alice="sesame") as (small, config):
        small.traces = [CAME + SPAM] * 20
        added = await set_up(config, NAMED, person)
    assert added.account.authserv_id == ""
    assert "senders" not in [line.key.rpartition(" ")[2] for line in person.story]


@pytest.mark.parametrize("flaw", [Flaw.EXPIRED, Flaw.WRONG_NAME])
async def test_no_other_certificate_is_ever_offered(tmp_path: Path, flaw: Flaw) -> None:
    """Under an authority that is known, so that this is all that is wrong."""
    small, root = SmallProvider(accounts={str(ADDRESS): "sesame"}), trustme.CA()
    (tmp_path / "ca.pem").write_bytes(root.cert_pem.bytes())
    flawed = Flawed(trusted=root)

    def context(host: str) -> ssl.SSLContext:
        file = tmp_path / f"{host}.pem"
        file.write_bytes(flawed.pem(host, flaw))
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(file)
        return made

    async with running(small, context(READING), context(SENDING)):
        person = TablePerson()
        with pytest.raises(NotSetUp):
            await set_up(small.config(tmp_path, tmp_path / "ca.pem"), NAMED, person)
    assert person.asked == []
    assert small.tried == []


# What is asked once


async def test_with_a_keyring_nothing_is_asked_about_secrets(tmp_path: Path) -> None:
    person = TablePerson(LOOKUPS)
    async with provider(tmp_path, alice="sesame") as (_, config):
        added = await set_up(config, NAMED, person, a_keyring())
    assert "kept in this system's keyring (Secret Service)" in person.told
    assert added.brought is not None
    assert "[store]" not in (tmp_path / "config.toml").read_text()


async def test_without_one_the_choice_is_written_and_not_asked_again(tmp_path: Path) -> None:
    async with provider(tmp_path, alice="sesame", bob="sesame") as (_, config):
        added = await set_up(config, NAMED, TablePerson(KEPT_IN_THE_STORE))
        assert (added.config.store.key, added.config.store.secrets) == ("passphrase", SecretsIn.STORE)
        text = (tmp_path / "config.toml").read_text()
        second = Wanted(
            address=Address("bob", "own.example"),
            password="sesame",
            imap=NAMED.imap,
            submission=NAMED.submission,
        )
        again = await set_up(_with_network(added.config, config.network), second, TablePerson())
    assert [account.name for account in again.config.accounts] == ["own", "bob@own.example"]
    assert (tmp_path / "config.toml").read_text().startswith(text)


async def test_a_store_that_exists_is_opened_as_before_whatever_is_chosen(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "store.key").write_text("wrapped")
    async with provider(tmp_path, alice="sesame") as (_, config):
        added = await set_up(config, NAMED, TablePerson(KEPT_IN_THE_STORE))
    assert (added.config.store.key, added.config.store.secrets) == (None, SecretsIn.STORE)


async def test_a_command_has_to_print_the_password_that_let_in(tmp_path: Path) -> None:
    answers = LOOKUPS | {"Where should the keys to your mail be kept?": "command"}
    async with provider(tmp_path, alice="sesame") as (_, config):
        with pytest.raises(NotSetUp, match="something else"):
            await set_up(config, NAMED, TablePerson(answers, {"command that prints": "echo open"}))
        added = await set_up(config, NAMED, TablePerson(answers, {"command that prints": "echo sesame"}))
    assert added.brought is None
    assert added.account.password_command == "echo sesame"
    assert added.config.store.key == "password"


async def test_a_resolver_that_is_not_believed_is_named_and_another_offered(tmp_path: Path) -> None:
    answers = KEPT_IN_THE_STORE | {"DANE cannot be checked from here": "quad9"}
    async with provider(tmp_path, alice="sesame") as (_, config):
        network = config.network
        config = _with_network(
            config, Network(resolver="192.0.2.1", ca_file=network.ca_file, connect_to=network.connect_to)
        )
        added = await set_up(config, NAMED, TablePerson(answers))
    assert added.config.network.resolver == "tls://9.9.9.9#dns.quad9.net"


async def test_what_cannot_be_kept_leaves_the_configuration_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("# mine\n")
    async with provider(tmp_path, alice="sesame") as (_, config):
        added = await set_up(config, NAMED, TablePerson(KEPT_IN_THE_STORE))
    added.take_back()
    assert (tmp_path / "config.toml").read_text() == "# mine\n"


def _with_network(config: Config, network: Network) -> Config:
    return Config(path=config.path, state=config.state, network=network, store=config.store, accounts=config.accounts)


# Signing in at the provider's page


async def test_a_sign_in_at_the_providers_page_lets_in_and_is_brought_along(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with signing_in.provider(tmp_path) as page:
        small = SmallProvider(accounts={}, tokens={"not yet"})
        async with running(small, authority.context(READING), authority.context(SENDING)):
            both = tmp_path / "both.pem"
            both.write_bytes(authority.file.read_bytes() + page.ca_file.read_bytes())
            config = _signing_in(small.config(tmp_path, both), page.port)
            person = TablePerson(KEPT_IN_THE_STORE | {"Where do you sign in?": "browser"})
            wanted = Wanted(address=ADDRESS, sign_in=True, imap=NAMED.imap, submission=NAMED.submission)

            async def says_yes() -> None:
                where = signing_in.visited(page.authority, await person.page.get())
                small.tokens = _AnyToken()
                await signing_in.browse(where)

            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(says_yes())
                added = await set_up(config, wanted, person)
    assert isinstance(added.brought.secret if added.brought else None, Grant)
    assert added.account.oauth is not None
    assert added.account.oauth.name == "lab"
    assert 'oauth = "lab"' in (tmp_path / "config.toml").read_text()


class _AnyToken(set[str]):
    """The lab's authorization server vouches for what it gave; here everybody is believed."""

    def __contains__(self, token: object) -> bool:
        return bool(token)

    def __bool__(self) -> bool:
        return True


def _signing_in(config: Config, port: int) -> Config:
    written = config_writer.write(config, [PutOAuth(oauth=signing_in.OAUTH)])
    network = config.network
    here = ConnectTo(host=signing_in.HOST, port=443, address="127.0.0.1", to_port=port)
    return Config(
        path=config.path,
        state=config.state,
        network=Network(resolver=network.resolver, ca_file=network.ca_file, connect_to=(*network.connect_to, here)),
        oauth=written.oauth,
    )


async def test_an_account_is_not_set_up_twice(tmp_path: Path) -> None:
    account = Account(name="own", address=ADDRESS)
    config = Config(path=tmp_path / "c", state=tmp_path, accounts=(account,))
    with pytest.raises(BadInput, match="already"):
        await set_up(config, NAMED, TablePerson())


async def test_a_file_that_cannot_be_written_is_a_sentence_and_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with provider(tmp_path, alice="sesame") as (_, config):
        blocked = Config(path=tmp_path / "file" / "config.toml", state=config.state, network=config.network)
        with pytest.raises(ConfigurationError):
            await set_up(blocked, NAMED, TablePerson(KEPT_IN_THE_STORE))
    assert not config.state.exists()
