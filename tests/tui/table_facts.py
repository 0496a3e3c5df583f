"""The facts that a table desk answers with: who is who, a letter that came back, the way a message came."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from linksec_tui.incoming.hops import Trust, way_of
from linksec_tui.model import assessment as judgement
from linksec_tui.model.assessment import Assessment, Assurance, Reason
from linksec_tui.model.evidence import Dnssec, Evidence, Exchanger, Route, RouteStatus, Source
from linksec_tui.model.letter import (
    Bounce,
    BounceCard,
    BounceClass,
    CardAction,
    CardLine,
    Match,
)
from linksec_tui.model.message import Flag, Header
from linksec_tui.model.sender import DkimCheck, Inspection, SenderCheck, SenderWarning

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)

TRUTH = {
    "bank.example": Assurance.LINK_SECURE,
    "uni.example": Assurance.ENFORCED,
    "shop.example": Assurance.VERIFIABLE,
    "club.example": Assurance.ENCRYPTED,
    "unknown.example": Assurance.UNKNOWN,
    "old.example": Assurance.EXPOSED,
    "nowhere.example": Assurance.UNDELIVERABLE,
}


def judged(domain: str, assurance: Assurance, *, warnings: tuple[judgement.Warning, ...] = ()) -> Assessment:
    """An assessment with enough around it to be drawn."""
    host = Exchanger(host=f"mx.{domain}", preference=10, dnssec=Dnssec.SECURE)
    route = Route(status=RouteStatus.FOUND, dnssec=Dnssec.SECURE, exchangers=(host,))
    reasons = (
        Reason(code="dane-secure", text=f"mx.{domain} can prove itself with DANE.", authenticated=True),
        Reason(code="starttls-seen", text="It took TLS 1.3 when somebody connected.", source=Source.PROBE),
    )
    return Assessment(
        domain=domain,
        assurance=assurance,
        evidence=Evidence(domain=domain, route=route),
        checked_at=NOON,
        headline=f"{assurance.word}: {domain} as the table says.",
        reasons=reasons if assurance > Assurance.UNKNOWN else (),
        warnings=warnings,
    )


def header(number: int, **changed: object) -> Header:
    """A message of the inbox; the higher the number the newer."""
    plain = Header(
        id=number, account="home", mailbox=1, uid=number, sender_name=f"Sender {number}",
        sender_address=f"s{number}@club.example", recipients="alice@home.example",
        subject=f"Subject number {number}", received_at=NOON - timedelta(hours=300 - number),
        flags=frozenset() if number % 3 == 0 else frozenset({Flag.SEEN}),
    )  # fmt: skip
    return replace(plain, **changed)  # pyright: ignore[reportArgumentType]  # test data


CARD = BounceCard(
    bounce=Bounce(reports=()),
    match=Match(matched=True, ours=True),
    subject="Minutes of the meeting",
    happened="old.example does not offer TLS, so your provider did not hand the letter over.",
    did_not_happen="Your provider reports that it did not send the letter over that link.",
    arrived=("anna@bank.example",),
    lines=(
        CardLine(
            recipient="carol@old.example", happened="Their server did not offer TLS.",
            diagnostic="5.7.4 TLS is required, but was not offered by host mx.old.example",
            bounce_class=BounceClass.TLS_NOT_OFFERED, then=Assurance.ENCRYPTED,
        ),
    ),
    actions=(CardAction.NOTICE, CardAction.LATER, CardAction.CHECK_AGAIN),
)  # fmt: skip


RECEIVED = """\
from mx.home.example (mx.home.example [10.0.0.2]) by imap.home.example with LMTPS id 3; Sat, 14 Mar 2026 11:00:07 +0000
from out.club.example (out.club.example [192.0.2.7]) (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)) \
by mx.home.example (Postfix) with ESMTPS id 2; Sat, 14 Mar 2026 11:00:05 +0000
from desk (desk [192.0.2.8]) by out.club.example with ESMTP id 1; Sat, 14 Mar 2026 11:00:00 +0000
"""
INSPECTION = Inspection(
    way=way_of(RECEIVED.splitlines(), Trust(hosts=frozenset({"imap.home.example", "mx.home.example"}))),
    sender=SenderCheck(
        name="Sender 298", address="s298@club.example", domain="club.example",
        headline="Nobody vouches that it is from club.example. It bears a signature that nobody has checked yet.",
        dkim=(DkimCheck(domain="club.example", selector="s1", aligned=True),),
        warnings=(
            SenderWarning(code="reply-to-differs", text="An answer would go elsewhere: to s298@elsewhere.example."),
            SenderWarning(code="first-message", text="The first message from this address.", grave=False),
        ),
    ),
)  # fmt: skip
