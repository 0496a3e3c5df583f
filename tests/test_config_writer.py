"""The configuration is changed as a careful person would: what is not meant stays, octet by octet."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui import config_writer
from linksec_tui.config import Config, Lookups
from linksec_tui.config_writer import AddAccount, Change, MakeFirst, Put, PutInAccount, PutOAuth, RemoveAccount
from linksec_tui.model.account import Account, Server, Tls
from linksec_tui.model.address import Address
from linksec_tui.model.errors import ConfigurationError
from linksec_tui.model.oauth import OAuth

MINE = """\
# How I read mail. Do not touch!
lookups = "typing"   # as I like it

[network]   # at home
resolver = "127.0.0.1"   # unbound
connect_to = [
  "a.example:25:127.0.0.1:1025",  # the lab
]

# my work
[[account]]
name = "work"   # first of all
address = "me@work.example"
signature = '''
[[account]]
is not a head here'''
[account.imap]
host = "imap.work.example"   # behind the firewall

# the family's
[[account]]
name = "home"
address = "me@home.example"
imap = { host = "imap.home.example" }   # TLS, of course

[theme]
name = "linksec-light"   # for the day
"""
NEW = Account(
    name="new",
    address=Address("me", "new.example"),
    user="me",
    display_name='M. "E." \\',
    imap=Server(host="imap.new.example", port=993, pin="ab" * 32),
    submission=Server(host="smtp.new.example", port=587, tls=Tls.STARTTLS),
    signature="– \nMe",
)


def written(path: Path, text: str | None, *changes: Change) -> tuple[Config, str]:
    if text is not None:
        path.write_text(text)
    config = config_writer.write(Config(path=path, state=path.parent), changes)
    return config, path.read_text()


def comments(text: str) -> list[str]:
    return [line[line.index("#") :] for line in text.splitlines() if "#" in line]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_a_new_account_stands_at_the_end_and_nothing_else_changes(path: Path) -> None:
    config, text = written(path, MINE, AddAccount(account=NEW))
    assert text.startswith(MINE)
    assert config.account("new") == NEW
    assert [each.name for each in config.accounts] == ["work", "home", "new"]


def test_the_first_account_of_all_begins_the_file(path: Path) -> None:
    config, text = written(path.parent / "deep" / "er" / "config.toml", None, AddAccount(account=NEW))
    assert config.accounts == (NEW,)
    assert text.startswith("[[account]]")
    assert text.endswith("\n")


def test_the_file_is_the_persons_alone(path: Path) -> None:
    path.write_text(MINE)
    path.chmod(0o644)
    written(path, None, AddAccount(account=NEW))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["config.toml"]


def test_a_link_to_the_file_stays_a_link(path: Path) -> None:
    target = path.with_name("dotfiles.toml")
    target.write_text(MINE)
    path.symlink_to(target)
    written(path, None, AddAccount(account=NEW))
    assert path.is_symlink()
    assert 'name = "new"' in target.read_text()


@pytest.mark.parametrize(("gone", "left"), [("work", ["home"]), ("home", ["work"])])
def test_an_account_goes_with_its_table_and_its_own_comment(path: Path, gone: str, left: list[str]) -> None:
    config, text = written(path, MINE, RemoveAccount(name=gone))
    assert [each.name for each in config.accounts] == left
    others = {"work": ("# the family's", "# for the day"), "home": ("# my work", "# for the day")}[gone]
    assert all(comment in text for comment in (*others, "# unbound", "# the lab", "# as I like it"))


def test_an_account_that_was_added_and_removed_leaves_the_file_as_it_was(path: Path) -> None:
    written(path, MINE, AddAccount(account=NEW))
    _, text = written(path, None, RemoveAccount(name="new"))
    assert text == MINE


def test_the_first_account_is_the_one_that_was_made_it(path: Path) -> None:
    config, text = written(path, MINE, MakeFirst(name="home"))
    assert [each.name for each in config.accounts] == ["home", "work"]
    assert sorted(comments(text)) == sorted(comments(MINE))
    assert text.index("# the family's") < text.index('name = "home"') < text.index("# my work")


def test_keys_are_set_beside_what_stands_there(path: Path) -> None:
    changes = (
        Put(table="network", key="resolver", value="tls://9.9.9.9#dns.quad9.net"),
        Put(table="", key="lookups", value="asked"),
        Put(table="store", key="key", value="passphrase"),
    )
    config, text = written(path, MINE, *changes)
    assert config.network.resolver == "tls://9.9.9.9#dns.quad9.net"
    assert config.lookups is Lookups.ASKED
    assert config.store.key == "passphrase"
    assert [each for each in comments(MINE) if each not in text] == []


def test_a_key_of_the_top_level_may_stand_below_network(path: Path) -> None:
    config, text = written(path, '[network]\nlookups = "typing"\n', Put(table="", key="lookups", value="asked"))
    assert config.lookups is Lookups.ASKED
    assert text == '[network]\nlookups = "asked"\n'


def test_a_provider_that_signs_people_in_is_written_whole(path: Path) -> None:
    oauth = OAuth(
        name="mail.example",
        client_id="us",
        authorization_endpoint="https://a.example/auth",
        token_endpoint="https://a.example/token",
        scopes=("mail",),
    )
    account = Account(name="new", address=NEW.address, user=str(NEW.address), oauth=oauth)
    config, _ = written(path, MINE, PutOAuth(oauth=oauth), AddAccount(account=account))
    assert config.account("new") == account


@pytest.mark.parametrize(
    "text",
    [
        'account = [{ name = "a", address = "a@b.example" }, { name = "b", address = "b@b.example" }]\n',
        '[["account"]]\nname = "a"\naddress = "a@b.example"\n[["account"]]\nname = "b"\naddress = "b@b.example"\n',
        '[[account]]\nname = "a"\naddress = "a@b.example"\n[theme]\n[[account]]\nname = "b"\naddress = "b@b.example"',
        '\t[[ account ]] # c\nname = "a"\naddress = "a@b.example"\n [[account]]\nname = "b"\naddress = "b@b.example"\n',
    ],
    ids=["inline", "quoted", "scattered", "blanks"],
)
def test_accounts_may_be_written_in_any_way(path: Path, text: str) -> None:
    config, _ = written(path, text, AddAccount(account=NEW))
    assert [each.name for each in config.accounts] == ["a", "b", "new"]
    config, _ = written(path, None, MakeFirst(name="b"))
    assert [each.name for each in config.accounts] == ["b", "a", "new"]
    config, _ = written(path, None, RemoveAccount(name="a"))
    assert [each.name for each in config.accounts] == ["b", "new"]


def test_what_cannot_be_read_is_not_written(path: Path) -> None:
    for broken in ("[network\n", '[network]\nresolvr = "x"\n', "[[account]]\n"):
        path.write_text(broken)
        with pytest.raises(ConfigurationError):
            written(path, None, AddAccount(account=NEW))
        assert path.read_text() == broken


def test_line_ends_and_odd_characters_stay(path: Path) -> None:
    text = '# a\x0bb \u2028 c\r\n[theme]\r\nname = "x" # y\r\n'
    path.write_bytes(text.replace("\x0b", "").encode())
    written(path, None, AddAccount(account=NEW))
    assert path.read_bytes().startswith(text.replace("\x0b", "").encode())


def test_a_directory_that_takes_nothing_is_one_sentence(path: Path) -> None:
    (path.parent / "file").write_text("")
    with pytest.raises(ConfigurationError, match=r"cannot be (written|read)"):
        written(path.parent / "file" / "config.toml", None, AddAccount(account=NEW))


names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12).filter(str.strip)
LINES = st.sampled_from(("# a comment", "", '[theme]\nname = "x" # why', "[compose]\nundo_seconds = 3", "[keys]"))


@given(st.lists(names, unique=True, max_size=4), st.lists(LINES, unique=True, max_size=4), names)
def test_whatever_accounts_are_called_they_are_added_and_removed_alone(
    tmp_path_factory: pytest.TempPathFactory, names: list[str], lines: list[str], new: str
) -> None:
    path = tmp_path_factory.mktemp("any") / "config.toml"
    accounts = [Account(name=name, address=NEW.address, user=str(NEW.address)) for name in names]
    config, before = written(path, "\n".join(lines), *(AddAccount(account=each) for each in accounts))
    assert config.accounts == tuple(accounts)
    if new in names:
        return
    written(path, None, AddAccount(account=Account(name=new, address=NEW.address, user="x", signature="[[account]]")))
    config, after = written(path, None, RemoveAccount(name=new))
    assert config.accounts == tuple(accounts)
    assert after.rstrip("\n") == before.rstrip("\n")


def test_a_key_of_an_account_is_changed_where_it_stands_and_nothing_else(tmp_path: Path) -> None:
    said = (
        PutInAccount(name="work", key="signature", value="Two\nlines"),
        PutInAccount(name="work", key="authserv_id", value="mx.work.example"),  # a table of its own comes behind it
        PutInAccount(name="home", key="authserv_id", value="mx.home.example"),
        PutInAccount(name="home", key="trusted_hosts", value=["mx.home.example"]),
    )
    config, text = written(tmp_path / "c.toml", MINE, *said)
    work, home = config.accounts
    assert (work.signature, home.authserv_id, home.trusted_hosts) == (
        "Two\nlines", "mx.home.example", frozenset({"mx.home.example"}),
    )  # fmt: skip
    assert work.authserv_id == "mx.work.example"
    assert comments(text) == comments(MINE)
    back, _ = written(tmp_path / "c.toml", None, PutInAccount(name="home", key="authserv_id", value=None))
    assert back.accounts[1].authserv_id == ""
