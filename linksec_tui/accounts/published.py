"""Fetching what a domain publishes over HTTPS, and telling "nothing there" from "cannot tell".

No redirect is followed and no address is sent: the file is the same for everybody, its placeholders are filled in here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from linksec_tui.accounts.asking import Answer, Asking
from linksec_tui.accounts.offer import judge_all, provider_name
from linksec_tui.formats.autoconfig import NotAutoconfig, parse_autoconfig
from linksec_tui.model.discovery import Found, SourceReport, Vouching
from linksec_tui.model.evidence import Failure, Unavailable
from linksec_tui.wire.https import Bounds
from linksec_tui.wire.resolver import DnsStatus

MAX_FILE = 64 * 1024  # octets; the longest that any listed provider has is 10 KiB


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a file may be."""

    host: str
    path: str

    def __str__(self) -> str:
        return f"https://{self.host}{self.path}"


def autoconfig_host(domain: str) -> Place:
    """The draft's first place. It takes `?emailaddress=` too, which is optional, and nobody's business here."""
    return Place(host=f"autoconfig.{domain}", path="/mail/config-v1.1.xml")


def well_known(domain: str) -> Place:
    return Place(host=domain, path="/.well-known/autoconfig/mail/config-v1.1.xml")


async def ask(asking: Asking, place: Place, vouching: Vouching) -> Answer:
    """The configuration file at a place, judged."""
    body = await fetch(asking, place, vouching)
    if isinstance(body, SourceReport):
        return Answer(report=body)
    report = SourceReport(
        source=vouching.origin, found=Found.SETTINGS, asked=str(place), authenticated=vouching.authenticated
    )
    try:
        config = parse_autoconfig(body)
    except NotAutoconfig as error:
        return Answer(report=replace(report, found=Found.CANNOT_TELL, detail=f"what is there cannot be used: {error}"))
    offers = judge_all(config, asking.address, vouching)
    if not offers:
        report = replace(report, found=Found.NOTHING, detail="the file is there and names no server for mail")
    return Answer(report=report, offers=offers, provider=provider_name(config, asking.address), help=config.help)


async def fetch(asking: Asking, place: Place, vouching: Vouching) -> bytes | SourceReport:
    """The octets at a place, or what became of it."""
    report = SourceReport(source=vouching.origin, found=Found.CANNOT_TELL, asked=str(place))
    page = await asking.https.get(place.host, place.path, Bounds(octets=MAX_FILE, seconds=asking.seconds))
    if isinstance(page, Unavailable):
        if page.kind is Failure.NETWORK and await _has_no_address(asking, place.host):
            return replace(report, found=Found.NOTHING, detail="there is no such host")
        return replace(report, detail=page.detail)
    if page.status == 200:
        return page.body
    if 300 <= page.status < 400:
        return replace(report, detail="it points to another place, which is not followed")
    if 400 <= page.status < 500:
        return replace(report, found=Found.NOTHING, detail="the web server has no such file")
    return replace(report, detail=f"the web server answered {page.status}")


async def _has_no_address(asking: Asking, host: str) -> bool:
    """Asked of the resolver's cache: it was looked up a moment ago."""
    four = await asking.resolver.query(host, "A")
    six = await asking.resolver.query(host, "AAAA")
    return all(each.status in (DnsStatus.NXDOMAIN, DnsStatus.NODATA) for each in (four, six))
