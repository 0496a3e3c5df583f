"""The configuration file of mail providers (draft-ietf-mailmaint-autoconfig-06): XML → what it says.

What is unknown is passed over, as the draft wants; nothing is judged here, and every text is visible text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from linksec_tui.formats.https_url import https_url
from linksec_tui.formats.small_xml import Element, NotSmallXml, parse_small_xml
from linksec_tui.model.address import Address
from linksec_tui.model.discovery import OAuthEndpoints
from linksec_tui.model.visible import visible, visible_name

MAX_SERVERS = 20  # the most that any listed provider has is 8
MAX_FIELD = 253  # characters: the longest host name
_MAX_SCOPES = 20


class NotAutoconfig(ValueError):
    """Not such a file; the text says why."""


class Socket(StrEnum):
    """How a connection begins."""

    TLS = "SSL"
    STARTTLS = "STARTTLS"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfiguredServer:
    """One server as it is written there, placeholders included."""

    kind: str  # imap, pop3, smtp; others are left to others
    host: str
    port: str
    socket: Socket
    user: str = ""
    authentication: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Autoconfig:
    """One file. Servers stand in the provider's order of preference."""

    name: str = ""
    domains: tuple[str, ...] = ()
    servers: tuple[ConfiguredServer, ...] = ()
    oauth: OAuthEndpoints | None = None
    help: tuple[str, ...] = ()


def parse_autoconfig(octets: bytes) -> Autoconfig:
    """Raises NotAutoconfig."""
    try:
        root = parse_small_xml(octets)
    except NotSmallXml as error:
        raise NotAutoconfig(str(error)) from error
    provider = root.first("emailProvider")
    if root.name != "clientConfig" or provider is None:
        raise NotAutoconfig("it is not a configuration for mail")
    return Autoconfig(
        name=visible_name(provider.text_of("displayName"))[:MAX_FIELD],
        domains=tuple(_field(domain.text).lower() for domain in provider.all("domain")),
        servers=tuple(_servers(provider))[:MAX_SERVERS],
        oauth=_oauth(root.first("oAuth2")),
        help=tuple(dict.fromkeys(_help(root, provider))),
    )


def fill(template: str, address: Address) -> str | None:
    """The placeholders of the draft replaced; None where one is left that nobody knows."""
    values = {
        "%EMAILADDRESS%": str(address),
        "%EMAILLOCALPART%": address.local,
        "%EMAILDOMAIN%": address.domain,
    }
    filled = re.sub("|".join(values), lambda found: values[found[0]], template)
    # an address may have a percent sign of its own; what looks like a placeholder in the template is none of it
    left = re.sub("|".join(values), "", template)
    return None if re.search(r"%[A-Z]", left) else filled


def _servers(provider: Element) -> Iterator[ConfiguredServer]:
    for element in provider.children:
        if element.name not in ("incomingServer", "outgoingServer"):
            continue
        yield ConfiguredServer(
            kind=_field(element.attributes.get("type", "")).lower(),
            host=_field(element.text_of("hostname")),
            port=_field(element.text_of("port")),
            socket=_socket(element.text_of("socketType")),
            user=_field(element.text_of("username")),
            authentication=tuple(_field(each.text) for each in element.all("authentication")),
        )


def _socket(text: str) -> Socket:
    """What is not said to be encrypted is not."""
    return next((socket for socket in Socket if socket.value.lower() == text.lower()), Socket.PLAIN)


def _oauth(element: Element | None) -> OAuthEndpoints | None:
    """Only with both addresses, and both https: a login page is where a password is typed."""
    if element is None:
        return None
    authorization, token = https_url(element.text_of("authURL")), https_url(element.text_of("tokenURL"))
    if authorization is None or token is None:
        return None
    scopes = visible(element.text_of("scope")).split()[:_MAX_SCOPES]
    return OAuthEndpoints(
        issuer=_field(element.text_of("issuer")), authorization=authorization, token=token, scopes=tuple(scopes)
    )


def _help(root: Element, provider: Element) -> Iterator[str]:
    """Pages for people: first where access for programs must be switched on, then the instructions."""
    for element in (*root.all("enable"), *provider.all("enable")):
        if page := https_url(element.attributes.get("visiturl", "")):
            yield page
    for element in provider.all("documentation"):
        if page := https_url(element.attributes.get("url", "")):
            yield page


def _field(text: str) -> str:
    return visible(text)[:MAX_FIELD]
