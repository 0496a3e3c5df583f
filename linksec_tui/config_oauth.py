"""[oauth.NAME] → OAuth: where a provider signs people in, and which client this program is to it.

The addresses of two providers are known here. A client id is not: it is registered by whoever uses it (docs/oauth.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from linksec_tui.config_table import Table, nearest
from linksec_tui.model.errors import BadInput
from linksec_tui.model.oauth import OAuth, parse_endpoint
from linksec_tui.model.visible import visible

_MICROSOFT = "https://login.microsoftonline.com/common/oauth2/v2.0"

# Google's device flow gives no right to mail, so it has no endpoint here.
KNOWN = {
    "google": OAuth(
        name="google",
        client_id="",
        authorization_endpoint="https://accounts.google.com/o/oauth2/v2/auth",
        token_endpoint="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
        scopes=("https://mail.google.com/",),
    ),
    "microsoft": OAuth(
        name="microsoft",
        client_id="",
        authorization_endpoint=f"{_MICROSOFT}/authorize",
        token_endpoint=f"{_MICROSOFT}/token",
        device_endpoint=f"{_MICROSOFT}/devicecode",
        scopes=(
            "https://outlook.office.com/IMAP.AccessAsUser.All",
            "https://outlook.office.com/SMTP.Send",
            "offline_access",
        ),
        redirect_host="localhost",
    ),
}
_REDIRECT_HOSTS = ("127.0.0.1", "localhost")


def read_oauth(table: Table) -> Mapping[str, OAuth]:
    """All of them, by name."""
    return MappingProxyType({name: _read_one(table.sub(name), name) for name in table.names()})


def chosen(account: Table, known: Mapping[str, OAuth]) -> OAuth | None:
    """The one that an account names, if it does."""
    name = account.text("oauth")
    if not name or name in known:
        return known.get(name)
    hint = nearest(name, known) or "; docs/oauth.md says how to get a client id"
    account.problem("oauth", f"names “{visible(name)}”, and there is no [oauth.{visible(name)}]{hint}.")
    return None


def _read_one(table: Table, name: str) -> OAuth:
    known = KNOWN.get(name, OAuth(name=name, client_id=""))
    scopes = table.texts("scopes")
    oauth = OAuth(
        name=name,
        client_id=table.text("client_id"),
        client_secret=table.text("client_secret"),
        authorization_endpoint=_endpoint(table, "authorization_endpoint", known.authorization_endpoint),
        token_endpoint=_endpoint(table, "token_endpoint", known.token_endpoint),
        device_endpoint=_endpoint(table, "device_endpoint", known.device_endpoint),
        scopes=known.scopes if scopes is None else scopes,
        redirect_host=table.text("redirect_host", known.redirect_host),
    )
    _check(table, oauth)
    table.unknown()
    return oauth


def _endpoint(table: Table, key: str, default: str) -> str:
    url = table.text(key, default)
    if url:
        try:
            parse_endpoint(url)
        except BadInput as error:
            table.problem(key, f"cannot be used: {error}")
    return url


def _check(table: Table, oauth: OAuth) -> None:
    if not oauth.client_id:
        table.problem("client_id", "is needed: the provider gives it to whoever registers (docs/oauth.md).")
    if not oauth.token_endpoint:
        table.problem("token_endpoint", "is needed: the provider's documentation has it.")
    if not oauth.authorization_endpoint and not oauth.device_endpoint:
        table.problem("authorization_endpoint", "or device_endpoint is needed.")
    if oauth.redirect_host not in _REDIRECT_HOSTS:
        table.problem("redirect_host", f"must be one of: {', '.join(_REDIRECT_HOSTS)}.")
