"""PACC: what the domain publishes at ua-auto-config, believed only where its digest stands in DNS besides.

draft-ietf-mailmaint-pacc-04. The record is asked first: without one, no web server hears of us.
"""

from __future__ import annotations

from dataclasses import replace

from linksec_tui.accounts.asking import Answer, Asking
from linksec_tui.accounts.offer import Named, judge
from linksec_tui.accounts.published import Place, fetch
from linksec_tui.formats.pacc import NotPacc, Pacc, is_record, matches_a_record, parse_pacc
from linksec_tui.model.account import Tls
from linksec_tui.model.discovery import Found, Origin, Service, SourceReport, Vouching

PATH = "/.well-known/user-agent-configuration.json"
_VOUCHING = Vouching(origin=Origin.PACC, authenticated=True)  # by the certificate of a host below the domain


async def ask(asking: Asking) -> Answer:
    """What the domain publishes, if it does and the digest is right."""
    record = f"_ua-auto-config.{asking.domain}"
    report = SourceReport(source=Origin.PACC, found=Found.NOTHING, asked=f"TXT {record}")
    answer = await asking.resolver.query(record, "TXT")
    if answer.failure is not None:
        return Answer(report=replace(report, found=Found.CANNOT_TELL, detail=answer.failure.detail))
    records = [text for text in answer.texts if is_record(text)]
    if not records:
        return Answer(report=report)
    place = Place(host=f"ua-auto-config.{asking.domain}", path=PATH)
    body = await fetch(asking, place, _VOUCHING)
    if isinstance(body, SourceReport):
        return Answer(report=body)
    report = replace(report, found=Found.CANNOT_TELL, asked=str(place))
    if not matches_a_record(body, records):
        return Answer(report=replace(report, detail="the file is not the one whose digest stands in DNS: not used"))
    try:
        pacc = parse_pacc(body)
    except NotPacc as error:
        return Answer(report=replace(report, detail=f"what is there cannot be used: {error}"))
    return _answer(asking, pacc, report)


def _answer(asking: Asking, pacc: Pacc, report: SourceReport) -> Answer:
    offers = tuple(judge(named, asking.address, _VOUCHING) for named in _named(pacc))
    found = Found.SETTINGS if offers else Found.NOTHING
    return Answer(
        report=replace(report, found=found, authenticated=True), offers=offers, provider=pacc.name, help=pacc.help
    )


def _named(pacc: Pacc) -> list[Named]:
    authentication = [*(["oauth2"] if pacc.oauth else []), *(["password-cleartext"] if pacc.password else [])]
    hosts = ((Service.IMAP, pacc.imap, "993"), (Service.SUBMISSION, pacc.submission, "465"))
    return [
        Named(
            service=service,
            host=host,
            port=port,
            tls=Tls.IMPLICIT,
            user="%EMAILADDRESS%",
            authentication=tuple(authentication),
            oauth=pacc.oauth,
        )
        for service, host, port in hosts
        if host
    ]
