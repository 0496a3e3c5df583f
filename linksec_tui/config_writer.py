"""Changes to config.toml as a careful person would make them: comments stay, nothing else moves, never half a file.

What was changed is read again before it replaces anything, and must then say what was meant. The file is the
person's alone (mode 0600); a link to it stays a link.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, assert_never, cast

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Array

from linksec_tui import config_file
from linksec_tui.config import Config
from linksec_tui.model.account import Account, Server, Tls
from linksec_tui.model.errors import ConfigurationError
from linksec_tui.model.oauth import OAuth

Value = str | bool | int | float | Sequence[str]

# Texts and comments, so that nothing inside them is taken for anything else (TOML 1.0, String).
_TEXT = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL)
_HEAD = re.compile(r"\s*\[\[?\s*(?P<name>[^\[\]#]+?)\s*\]\]?\s*(#.*)?")
_ACCOUNT = "account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A key of a table, or of the top level where `table` is empty; None takes it out."""

    table: str
    key: str
    value: Value | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOAuth:
    """Where a provider signs people in, and the client that was registered there."""

    oauth: OAuth


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAccount:
    """One more account, behind the others."""

    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class PutInAccount:
    """A key of the account of that name; None takes it out."""

    name: str
    key: str
    value: str | Sequence[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveAccount:
    """The account of that name, with everything in its table."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeFirst:
    """The account that the client begins with."""

    name: str


Change = Put | PutOAuth | AddAccount | PutInAccount | RemoveAccount | MakeFirst


def write(config: Config, changes: Sequence[Change]) -> Config:
    """Change the file that `config` came from, or begin it. What it says now. Raises ConfigurationError."""
    path = config.path or config_file.config_path()
    text = _read(path)
    before = _accounts(text, path)
    for change in changes:
        text = _changed(text, change, path)
    _must_say(text, path, _expected(before, changes))
    _replace(path, text)
    return config_file.parse(text.encode(), path=path, explicit=False)


def content(config: Config) -> str | None:
    """What the file says now, as it is written; None where there is none. Raises ConfigurationError."""
    path = config.path or config_file.config_path()
    return _read(path) if path.exists() else None


def put_back(config: Config, text: str | None) -> None:
    """The file as it was before. Raises ConfigurationError."""
    path = config.path or config_file.config_path()
    if text is None:
        path.unlink(missing_ok=True)
    else:
        _replace(path, text)


def _changed(text: str, change: Change, path: Path) -> str:
    match change:
        case AddAccount():
            return _with_account(text, change.account, path)
        case PutInAccount():
            return _with_account_key(text, change, path)
        case RemoveAccount():
            return _without_account(text, change.name, path)
        case MakeFirst():
            return _with_first(text, change.name, path)
        case Put():
            return _with_key(text, change, path)
        case PutOAuth():
            return _with_oauth(text, change.oauth, path)
        case _:
            assert_never(change)


# Tables and keys


def _with_key(text: str, change: Put, path: Path) -> str:
    document = cast("Any", _document(text, path))
    table = document.setdefault(change.table, tomlkit.table()) if change.table else document
    if not change.table and change.key in document.get("network", ()):
        table = document["network"]  # what the reader accepts there too
    if change.value is None:
        table.pop(change.key, None)
    else:
        table[change.key] = change.value
    return tomlkit.dumps(document)


def _with_oauth(text: str, oauth: OAuth, path: Path) -> str:
    document = cast("Any", _document(text, path))
    told = {
        "client_id": oauth.client_id,
        "client_secret": oauth.client_secret,
        "authorization_endpoint": oauth.authorization_endpoint,
        "token_endpoint": oauth.token_endpoint,
        "device_endpoint": oauth.device_endpoint,
        "scopes": list(oauth.scopes),
        "redirect_host": oauth.redirect_host,
    }
    document.setdefault("oauth", tomlkit.table(is_super_table=True))[oauth.name] = _filled(tomlkit.table(), told)
    return tomlkit.dumps(document)


def _document(text: str, path: Path) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(text)
    except (TOMLKitError, RecursionError) as error:
        raise ConfigurationError(f"{path} is not valid TOML.", "“linksec-tui config check” says where.") from error


# Accounts: blocks of lines, so that everything between them stays where it is


def _with_account(text: str, account: Account, path: Path) -> str:
    document = cast("Any", _document(text, path))
    if isinstance(document.get(_ACCOUNT), Array):  # account = [{ … }], all on one line
        document[_ACCOUNT].append(_filled(tomlkit.inline_table(), _told(account)))
        return tomlkit.dumps(document)
    block = cast("Any", tomlkit.document())
    block[_ACCOUNT] = tomlkit.aot()
    block[_ACCOUNT].append(_filled(tomlkit.table(), _told(account)))
    before = text.rstrip("\n")
    written = tomlkit.dumps(block).rstrip("\n") + "\n"
    return f"{before}\n\n{written}" if before else written


def _filled(table: Any, told: Mapping[str, Any]) -> Any:
    for key, value in told.items():
        if value:
            table[key] = value
    return table


def _told(account: Account) -> Mapping[str, Any]:
    """What its table says: nothing that would be so anyway."""
    return {
        "name": account.name,
        "address": str(account.address),
        "display_name": account.display_name,
        "user": account.user if account.user != str(account.address) else "",
        "password_command": account.password_command,
        "oauth": account.oauth.name if account.oauth else "",
        "imap": _server(account.imap) if account.imap else None,
        "submission": _server(account.submission) if account.submission else None,
        "signature": account.signature,
        "trusted_hosts": sorted(account.trusted_hosts),
        "authserv_id": account.authserv_id,
    }


def _server(server: Server) -> Any:
    told = {
        "host": server.host,
        "port": server.port,
        "tls": server.tls.value if server.tls is not Tls.IMPLICIT else "",
        "pin": f"sha256:{server.pin}" if server.pin else "",
    }
    written = ", ".join(f"{key} = {tomlkit.item(value).as_string()}" for key, value in told.items() if value)
    return tomlkit.parse(f"server = {{ {written} }}")["server"]


def _with_account_key(text: str, change: PutInAccount, path: Path) -> str:
    at = _place_of(text, change.name, path)

    def put(accounts: Any) -> None:
        if change.value is None:
            accounts[at].pop(change.key, None)
        elif isinstance(change.value, str):
            accounts[at][change.key] = tomlkit.string(change.value, multiline="\n" in change.value)
        else:
            accounts[at][change.key] = list(change.value)

    return _edited_at_once(text, path, put)


def _without_account(text: str, name: str, path: Path) -> str:
    at = _place_of(text, name, path)
    blocks = _blocks(text)
    if len(blocks) != len(_accounts(text, path)):

        def removed(accounts: Any) -> None:
            accounts.pop(at)

        return _edited_at_once(text, path, removed)
    lines, block = _lines(text), blocks[at]
    kept = "".join(lines[: block.start]).rstrip("\n")
    rest = "".join(lines[block.stop :])
    between = "\n\n" if kept and rest.strip() else "\n" if kept else ""
    return f"{kept}{between}{rest.lstrip(chr(10))}"


def _with_first(text: str, name: str, path: Path) -> str:
    at = _place_of(text, name, path)
    blocks = _blocks(text)
    if at == 0:
        return text
    if len(blocks) != len(_accounts(text, path)):

        def led(accounts: Any) -> None:
            accounts.insert(0, accounts.pop(at))

        return _edited_at_once(text, path, led)
    lines = _lines(text)
    first, moved = blocks[0], blocks[at]
    block = "".join(lines[moved.start : moved.stop]).strip("\n")
    before, between = "".join(lines[: first.start]), "".join(lines[first.start : moved.start])
    after = "".join(lines[moved.stop :]).lstrip("\n")
    ending = "\n\n" if after else "\n"
    between = between.strip("\n")
    return f"{before}{block}\n\n{between}{ending}{after}"


def _edited_at_once(text: str, path: Path, edit: Callable[[Any], object]) -> str:
    """By tomlkit's own means: comments stay, though not all their places where accounts go or come in between."""
    document = cast("Any", _document(text, path))
    edit(document[_ACCOUNT])
    return tomlkit.dumps(document)


def _blocks(text: str) -> list[range]:
    """The lines of each [[account]], with the comment right above it and the tables that belong to it."""
    lines = _lines(text)
    inside = _inside_texts(text)
    found = ((at, line, _HEAD.fullmatch(line.rstrip())) for at, line in enumerate(lines) if at not in inside)
    heads = [(number, head["name"], line) for number, line, head in found if head is not None]
    blocks: list[range] = []
    for place, (number, name, line) in enumerate(heads):
        if name != _ACCOUNT or not line.lstrip().startswith("[["):
            continue
        others = (after for after, head, _ in heads[place + 1 :] if not head.replace('"', "").startswith("account."))
        end = next(others, None)
        stop = len(lines) if end is None else _above(lines, end)
        blocks.append(range(_above(lines, number), stop))
    return blocks


def _lines(text: str) -> list[str]:
    """With their ends. Only a line feed ends a line (TOML 1.0, Spec)."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _inside_texts(text: str) -> set[int]:
    """The lines that begin in the middle of a text of several lines."""
    spans = ((found.start(), found.end()) for found in _TEXT.finditer(text))
    return {
        text.count("\n", 0, start) + line for start, end in spans for line in range(1, text.count("\n", start, end) + 1)
    }


def _above(lines: Sequence[str], number: int) -> int:
    """Where the comment begins that stands right above this line."""
    while number > 0 and lines[number - 1].lstrip().startswith("#"):
        number -= 1
    return number


def _place_of(text: str, name: str, path: Path) -> int:
    names = [account.name for account in _accounts(text, path)]
    if name not in names:
        raise ConfigurationError(f"There is no account called {name} in {path}.", "Was it removed meanwhile?")
    return names.index(name)


# What the file is to say


def _accounts(text: str, path: Path) -> tuple[Account, ...]:
    return config_file.parse(text.encode(), path=path, explicit=False).accounts


def _expected(accounts: Sequence[Account], changes: Iterable[Change]) -> list[str]:
    """The accounts' names, in their order, when all changes are done."""
    names = [account.name for account in accounts]
    for change in changes:
        match change:
            case AddAccount():
                names.append(change.account.name)
            case RemoveAccount():
                names.remove(change.name)
            case MakeFirst():
                names.insert(0, names.pop(names.index(change.name)))
            case Put() | PutOAuth() | PutInAccount():
                pass
            case _:
                assert_never(change)
    return names


def _must_say(text: str, path: Path, names: Sequence[str]) -> None:
    found = [account.name for account in _accounts(text, path)]
    if found != list(names):
        raise ConfigurationError(
            f"{path} is written in a way that cannot be changed from here; nothing was changed.",
            "Change it in an editor; “linksec-tui config check” looks it over.",
        )


# The file


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeError) as error:
        raise ConfigurationError(f"{path} cannot be read ({_why(error)}).", "Check its permissions.") from error


def _replace(path: Path, text: str) -> None:
    """As a whole or not at all, and never readable by others, not even for a moment."""
    try:
        target = path.resolve()
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        with suppress(FileNotFoundError):
            part.unlink()
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be written ({_why(error)}); nothing was changed.", "Check its permissions."
        ) from error


def _why(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or "not UTF-8"
