"""The provider behind a domain of one's own: whoever receives its mail is mostly who keeps its mailboxes.

The best MX host's domain, first without the host's label, then the registered one (autoconfig draft §4.3). Unless the
MX records are signed, somebody on the network could have named another provider, and a person must confirm it.
"""

from __future__ import annotations

from dataclasses import replace

from linksec_tui.accounts import published
from linksec_tui.accounts.asking import Answer, Asking
from linksec_tui.accounts.provider_list import answer_from, listed
from linksec_tui.formats.domain_name import domain_name
from linksec_tui.formats.suffix import base_domain
from linksec_tui.model.discovery import Found, Origin, SourceReport, Vouching
from linksec_tui.model.evidence import Dnssec
from linksec_tui.model.visible import visible
from linksec_tui.wire.resolver import DnsAnswer, DnsStatus


async def ask_list(asking: Asking) -> Answer:
    """What the list says of the provider that receives the domain's mail."""
    found = await _exchanger_domains(asking, Origin.MX_LIST)
    if isinstance(found, Answer):
        return found
    domains, vouching = found
    for domain in domains:
        if entry := await listed(domain):
            return answer_from(entry, asking, vouching, asked=domain)
    return answer_from(None, asking, vouching, asked=", ".join(domains))


async def ask_published(asking: Asking) -> Answer:
    """What that provider publishes itself; not asked where the list knows the address's own domain."""
    if await listed(asking.domain):
        report = SourceReport(source=Origin.MX_AUTOCONFIG, found=Found.NOT_ASKED, detail="the list has the domain")
        return Answer(report=report)
    found = await _exchanger_domains(asking, Origin.MX_AUTOCONFIG)
    if isinstance(found, Answer):
        return found
    domains, vouching = found
    answer = await published.ask(asking, published.autoconfig_host(domains[0]), vouching)
    for domain in domains[1:]:
        if answer.report.found is Found.SETTINGS:
            break
        answer = await published.ask(asking, published.autoconfig_host(domain), vouching)
    return answer


async def _exchanger_domains(asking: Asking, origin: Origin) -> tuple[list[str], Vouching] | Answer:
    """The domains to look under, and how far to believe it; an answer where there are none."""
    report = SourceReport(source=origin, found=Found.NOTHING, asked=f"MX {asking.domain}")
    mx = await asking.resolver.query(asking.domain, "MX")
    if mx.failure is not None:
        return Answer(report=replace(report, found=Found.CANNOT_TELL, detail=mx.failure.detail))
    host = _best(mx)
    domains = [domain for domain in _domains(host) if domain != asking.domain]
    if host and not domains:
        return Answer(report=replace(report, found=Found.NOT_ASKED, detail="the domain receives its mail itself"))
    if not domains:
        absent = mx.status is DnsStatus.NXDOMAIN
        detail = "there is no such domain" if absent else "the domain names no server that receives its mail"
        return Answer(report=replace(report, detail=detail), no_such_domain=absent)
    signed = mx.dnssec is Dnssec.SECURE
    doubt = "" if signed else _doubt(asking.domain, host)
    return domains, Vouching(origin=origin, authenticated=signed, doubt=doubt)


def _best(mx: DnsAnswer) -> str:
    hosts = sorted((each.preference, each.host) for each in mx.exchangers if each.host not in ("", "."))
    return hosts[0][1] if hosts else ""


def _domains(host: str) -> list[str]:
    """`mx.premium.example.co.uk` → `premium.example.co.uk`, `example.co.uk`."""
    base = base_domain(host)
    if base is None:
        return []
    parent = host.partition(".")[2]
    return [parent, base] if parent != base and parent.endswith(f".{base}") else [base]


def _doubt(domain: str, host: str) -> str:
    return (
        f"This is because {visible(host)} receives the mail of {domain_name(domain).shown}, and nothing proves that: "
        "somebody on the network could have made it up. Use it only if this is your provider."
    )
