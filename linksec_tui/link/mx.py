"""Where the domain's mail goes, and whether DNSSEC says so (RFC 5321 §5.1, RFC 7505; link-security.md §2.6)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from linksec_tui.link.source import Inquiry
from linksec_tui.model.evidence import Dnssec, Exchanger, Failure, Route, RouteStatus, Source, Unavailable
from linksec_tui.wire.dial import is_public
from linksec_tui.wire.resolver import DnsAnswer, DnsStatus, Resolver


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """An exchanger with its addresses. `canonical` is the name at the end of its aliases (RFC 7672 §2.2.2)."""

    exchanger: Exchanger
    canonical: str
    failure: Unavailable | None = None


async def ask(resolver: Resolver, inquiry: Inquiry) -> Route:
    """The exchangers' names, best first; their addresses are `locate`'s."""
    if inquiry.domain.startswith("["):
        return _literal(inquiry.domain)
    answer = await resolver.query(inquiry.domain, "MX", newer_than=inquiry.newer_than)
    if answer.failed:
        return _failed(answer)
    if answer.status is DnsStatus.NXDOMAIN:
        return Route(status=RouteStatus.NO_SUCH_DOMAIN, dnssec=answer.dnssec, expires_at=answer.expires_at)
    records = [record for record in answer.exchangers if record.host not in ("", ".")]
    if answer.exchangers and not records:
        return Route(status=RouteStatus.NULL_MX, dnssec=answer.dnssec, expires_at=answer.expires_at)
    if not records:
        return await _implicit(resolver, inquiry, answer)
    best: dict[str, Exchanger] = {}
    for record in sorted(records, key=lambda record: (record.preference, record.host)):
        best.setdefault(record.host, Exchanger(host=record.host, preference=record.preference))
    return Route(
        status=RouteStatus.FOUND,
        dnssec=answer.dnssec,
        exchangers=tuple(best.values()),
        expires_at=answer.expires_at,
    )


async def locate(resolver: Resolver, inquiry: Inquiry, exchanger: Exchanger) -> Located:
    """The exchanger's addresses: IPv4, or IPv6 where it has no other, and whether DNSSEC vouches for them."""
    if inquiry.domain.startswith("["):
        forbidden = inquiry.public_only and not any(map(is_public, exchanger.addresses))
        return Located(exchanger=replace(exchanger, exists=True, forbidden=forbidden), canonical=exchanger.host)
    answer = await resolver.query(exchanger.host, "A", newer_than=inquiry.newer_than)
    if answer.status is DnsStatus.NODATA:
        answer = await resolver.query(exchanger.host, "AAAA", newer_than=inquiry.newer_than)
    found = replace(
        exchanger,
        addresses=answer.texts,
        dnssec=answer.dnssec,
        exists=None if answer.failed else bool(answer.texts),
        forbidden=inquiry.public_only and bool(answer.texts) and not any(map(is_public, answer.texts)),
    )
    return Located(exchanger=found, canonical=answer.canonical, failure=answer.failure)


def without_exchangers(route: Route) -> Route:
    """A route whose every host was found to have no address: there is no way to the domain."""
    hosts = route.exchangers
    if route.status is not RouteStatus.FOUND or not all(host.exists is False for host in hosts):
        return route
    secure = route.dnssec is Dnssec.SECURE and all(host.dnssec is Dnssec.SECURE for host in hosts)
    proved = Dnssec.SECURE if secure else Dnssec.INSECURE
    return replace(
        route,
        status=RouteStatus.NO_MAIL_HOST,
        dnssec=Dnssec.UNCHECKED if route.dnssec is Dnssec.UNCHECKED else proved,
    )


def _literal(domain: str) -> Route:
    """`user@[192.0.2.1]`: the address is the exchanger, and nothing vouches for it."""
    address = domain.strip("[]").removeprefix("IPv6:")
    host = Exchanger(host=domain, addresses=(address,), exists=True)
    return Route(status=RouteStatus.LITERAL, dnssec=Dnssec.INSECURE, exchangers=(host,))


async def _implicit(resolver: Resolver, inquiry: Inquiry, no_mx: DnsAnswer) -> Route:
    """No MX: the domain's own addresses, if it has any (RFC 5321 §5.1). DANE needs the absence proved secure."""
    located = await locate(resolver, inquiry, Exchanger(host=no_mx.canonical))
    host = located.exchanger
    if located.failure is not None:
        return Route(status=RouteStatus.FAILED, dnssec=host.dnssec, failure=located.failure)
    if host.exists:
        # MTA-STS and DANE name the domain as it was typed, not where an alias leads (link-security.md §2.6)
        host = replace(host, host=inquiry.domain)
        return Route(status=RouteStatus.IMPLICIT, dnssec=no_mx.dnssec, exchangers=(host,), expires_at=no_mx.expires_at)
    both = no_mx.dnssec if no_mx.dnssec is not Dnssec.SECURE else host.dnssec
    return Route(status=RouteStatus.NO_MAIL_HOST, dnssec=both, expires_at=no_mx.expires_at)


def _failed(answer: DnsAnswer) -> Route:
    failure = answer.failure or Unavailable(source=Source.DNS, kind=Failure.SERVER)
    return Route(status=RouteStatus.FAILED, dnssec=answer.dnssec, failure=failure, expires_at=answer.expires_at)
