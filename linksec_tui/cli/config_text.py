"""Config → TOML, as `config show` prints it: what is in force, in the words of the configuration file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from linksec_tui.config import Config, ConnectTo, Network, Notify, Store
from linksec_tui.model.account import Account, Identity, Server, Tls
from linksec_tui.model.evidence import Mechanism
from linksec_tui.model.oauth import OAuth
from linksec_tui.model.visible import visible

_Value = str | bool | int | float | Path | Sequence[str] | None


def render_config(config: Config) -> str:
    """The whole configuration. It can be read again as a file, client secrets aside: they are not shown."""
    return "\n".join(
        [
            f"lookups = {_toml(config.lookups.value)}",
            *_table("network", _network(config.network)),
            *_table("paths", {"state": config.state}),
            *_table("store", _store(config.store)),
            *(
                line
                for oauth in config.oauth.values()
                for line in _table(f"oauth.{json.dumps(oauth.name)}", _oauth(oauth))
            ),
            *(line for account in config.accounts for line in _account(account)),
            *_table("compose", {"undo_seconds": config.compose.undo_seconds, "editor": config.compose.editor or None}),
            *(_table("audit", {"canaries": _canaries(config)}) if config.canaries else ()),
            *_table("notify", _notify(config.notify)),
            *_table("mail", {"download": config.mail.download.value, "keep_days": config.mail.keep_days}),
            *_table("theme", {"name": config.theme.name, "glyphs": config.theme.glyphs or None}),
            *(_table("keys", {json.dumps(key): value for key, value in config.keys.items()}) if config.keys else ()),
        ]
    )


def _canaries(config: Config) -> tuple[str, ...]:
    return tuple(f"{each.breaks.value} {each.address}" for each in config.canaries)


def _network(network: Network) -> Mapping[str, _Value]:
    return {
        "resolver": network.resolver,
        "trusted": network.trusted,
        "ca_file": network.ca_file,
        "connect_to": tuple(map(_connect_to, network.connect_to)) or None,
        "probe": network.probe.value,
        "private_addresses": network.private_addresses,
        "timeout": network.timeout,
    }


def _store(store: Store) -> Mapping[str, _Value]:
    return {
        "key": store.key.value if store.key else None,
        "key_command": store.key_command or None,
        "secrets": store.secrets.value,
    }


def _notify(notify: Notify) -> Mapping[str, _Value]:
    return {
        "bell": notify.bell,
        "terminal": notify.terminal,
        "desktop": notify.desktop,
        "command": notify.command or None,
        "subject": notify.subject,
    }


def _oauth(oauth: OAuth) -> Mapping[str, _Value]:
    return {
        "client_id": oauth.client_id,
        "client_secret": "…" if oauth.client_secret else None,
        "authorization_endpoint": oauth.authorization_endpoint or None,
        "token_endpoint": oauth.token_endpoint or None,
        "device_endpoint": oauth.device_endpoint or None,
        "scopes": oauth.scopes,
        "redirect_host": oauth.redirect_host,
    }


def _account(account: Account) -> Iterator[str]:
    plain: Mapping[str, _Value] = {
        "name": account.name,
        "address": str(account.address),
        "display_name": account.display_name or None,
        "user": account.user,
        "password_command": account.password_command or None,
        "oauth": account.oauth.name if account.oauth else None,
        "enforces": None if account.insists is None else [each.value for each in Mechanism if each in account.insists],
        "local_domains": sorted(account.local_domains) or None,
        "require": account.require.value,
        "sent": account.sent.value,
        "signature": account.signature or None,
        "trusted_hosts": sorted(account.trusted_hosts) or None,
        "authserv_id": account.authserv_id or None,
    }
    yield from ("", "[[account]]", *_lines(plain))
    if account.identities:
        yield f"identities = [{', '.join(map(_identity, account.identities))}]"
    if account.imap:
        yield f"imap = {_server(account.imap)}"
    if account.submission:
        yield f"submission = {_server(account.submission)}"
    if account.mailboxes:
        names = ", ".join(f"{key} = {_toml(name)}" for key, name in account.mailboxes.items())
        yield f"mailboxes = {{ {names} }}"


def _identity(identity: Identity) -> str:
    if identity.require is None:
        return _toml(identity.written)
    return f"{{ address = {_toml(identity.written)}, require = {_toml(identity.require.value)} }}"


def _server(server: Server) -> str:
    tls = "" if server.tls is Tls.IMPLICIT else f", tls = {_toml(server.tls.value)}"
    pin = f", pin = {_toml('sha256:' + server.pin)}" if server.pin else ""
    return f"{{ host = {_toml(server.host)}, port = {server.port}{tls}{pin} }}"


def _connect_to(rule: ConnectTo) -> str:
    address = f"[{rule.address}]" if ":" in rule.address else rule.address
    return f"{rule.host}:{rule.port or ''}:{address}:{rule.to_port or ''}"


def _table(name: str, content: Mapping[str, _Value]) -> Iterator[str]:
    yield from ("", f"[{name}]", *_lines(content))


def _lines(content: Mapping[str, _Value]) -> Iterable[str]:
    return (f"{key} = {_toml(value)}" for key, value in content.items() if value is not None)


def _toml(value: _Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"{value:g}"
        case str() | Path():
            return "".join(map(_spelled, json.dumps(str(value), ensure_ascii=False)))
        case None:
            return '""'
        case _:
            return f"[{', '.join(map(_toml, value))}]"


def _spelled(letter: str) -> str:
    """What a terminal would obey, or nobody can see, as TOML writes it out."""
    return letter if visible(letter) == letter else f"\\U{ord(letter):08x}"
