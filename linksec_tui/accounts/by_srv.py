"""SRV records: the servers that the domain names in DNS itself (RFC 6186, RFC 8314 §5.1, RFC 2782).

Only services with TLS are asked about; `.` as the target says that one is not offered. Signed records vouch for
themselves. Unsigned ones could have been forged: a name inside the mail domain is then still checked by its
certificate, one elsewhere proves nothing, and a person must confirm it (RFC 6186 §6).
"""

from __future__ import annotations

from dataclasses import replace

from linksec_tui.accounts.asking import Answer, Asking
from linksec_tui.accounts.offer import Named, judge
from linksec_tui.accounts.together import together
from linksec_tui.formats.domain_name import domain_name
from linksec_tui.model.account import Tls
from linksec_tui.model.discovery import Candidate, Found, Origin, Service, SourceReport, Unusable, Vouching
from linksec_tui.model.evidence import Dnssec
from linksec_tui.model.visible import visible
from linksec_tui.wire.dns_answer import DnsAnswer, SrvRecord

SERVICES = (
    ("_imaps._tcp", Service.IMAP, Tls.IMPLICIT),
    ("_submissions._tcp", Service.SUBMISSION, Tls.IMPLICIT),
    ("_submission._tcp", Service.SUBMISSION, Tls.STARTTLS),
)
MAX_RECORDS = 8  # of one service: nobody has that many, and somebody has to read them


async def ask(asking: Asking) -> Answer:
    """All services at once."""
    names = [f"{label}.{asking.domain}" for label, _, _ in SERVICES]
    answers = await together(asking.resolver.query(name, "SRV") for name in names)
    offers: list[Candidate | Unusable] = []
    for answer, (_, service, tls) in zip(answers, SERVICES, strict=True):
        offers += [_judge(asking, record, service, tls, answer.dnssec) for record in in_order(_records(answer))]
    return Answer(report=_report(asking, answers, found=bool(offers)), offers=tuple(offers))


def in_order(records: list[SrvRecord]) -> list[SrvRecord]:
    """By priority, then the heaviest. Weights share out load among many clients; a setting is chosen once."""
    ordered = sorted(records, key=lambda record: (record.priority, -record.weight, record.target, record.port))
    return ordered[:MAX_RECORDS]


def _records(answer: DnsAnswer) -> list[SrvRecord]:
    """Without the one that says `not offered` (RFC 2782: a target of the root)."""
    return [record for record in answer.records if isinstance(record, SrvRecord) and record.target not in ("", ".")]


def _judge(asking: Asking, record: SrvRecord, service: Service, tls: Tls, dnssec: Dnssec) -> Candidate | Unusable:
    signed = dnssec is Dnssec.SECURE
    inside = record.target == asking.domain or record.target.endswith(f".{asking.domain}")
    vouching = Vouching(
        origin=Origin.SRV, authenticated=signed, doubt="" if signed or inside else _doubt(asking.domain, record.target)
    )
    return judge(Named(service=service, host=record.target, port=str(record.port), tls=tls), asking.address, vouching)


def _doubt(domain: str, target: str) -> str:
    return (
        f"DNS names {visible(target)}, which lies outside {domain_name(domain).shown}, and nothing proves that the "
        "answer is genuine: somebody on the network could have made it up. Use it only if your provider names this "
        "server."
    )


def _report(asking: Asking, answers: list[DnsAnswer], *, found: bool) -> SourceReport:
    asked = ", ".join(label for label, _, _ in SERVICES)
    report = SourceReport(
        source=Origin.SRV,
        found=Found.NOTHING,
        asked=f"SRV {asked} of {asking.domain}",
        authenticated=found and all(answer.dnssec is Dnssec.SECURE for answer in answers if answer.records),
    )
    failure = next((answer.failure for answer in answers if answer.failure), None)
    if found:
        return replace(report, found=Found.SETTINGS, detail=failure.detail if failure else "")
    if failure is not None:
        return replace(report, found=Found.CANNOT_TELL, detail=failure.detail)
    if any(answer.records for answer in answers):
        return replace(report, detail="the domain says that it does not offer them")
    return report
