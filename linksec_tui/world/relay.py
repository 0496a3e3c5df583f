"""The provider's relay: carries letters to the exchangers for real, and tells the sender of those that it cannot carry.

Every connection goes through the tap. Nothing waits for days: what fails for the moment is tried again at once, and
reported when that does not help.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .chain import shown_chain
from .envelope import Envelope, EnvelopeRecipient, Notify
from .home import Home
from .letter import Fate, Letter
from .lookups import Lookups, Policy
from .pki import clock, opportunistic, unverifying
from .relay_rules import (
    Demand,
    Failure,
    Rule,
    handshake_failed,
    level_too_low,
    lost,
    not_offered,
    not_started,
    requiretls_missing,
    route_failure,
    rule,
    too_late,
    unreachable,
    unverified,
    vouched,
)
from .reports import render_report
from .smtp_client import RefusedByPeer, Reply, SmtpClient
from .story import SUBMISSION_HOST
from .tasks import Tasks
from .trace import Hop, queue_id, received
from .wanted import notice_of, render_notice

TRIES = 3
PAUSE_SECONDS = 0.2


class _HopFailed(Exception):
    """This exchanger will not do; the next one may."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.text)
        self.failure = failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Roads:
    """How the relay gets about: what it asks, the port that leads to each exchanger, and whom it trusts."""

    lookups: Lookups
    ports: Mapping[str, int]
    verifying: ssl.SSLContext


class Relay:
    """Takes letters over from the submission server; `idle` is set while none is under way."""

    def __init__(self, roads: Roads, home: Home, tasks: Tasks) -> None:
        self._roads = roads
        self._home = home
        self._tasks = tasks
        self._under_way = 0
        self.idle = asyncio.Event()
        self.idle.set()

    def accept(self, letter: Letter) -> None:
        """From here on the letter arrives, or its sender hears why not."""
        self._under_way += 1
        self.idle.clear()
        self._tasks.spawn(self._carry(letter))

    async def _carry(self, letter: Letter) -> None:
        try:
            groups: dict[str, list[EnvelopeRecipient]] = {}
            for recipient in letter.envelope.recipients:
                groups.setdefault(recipient.domain, []).append(recipient)
            settled = await asyncio.gather(*(self._settle(letter, *group) for group in groups.items()))
            await self._report(letter, [fate for fates in settled for fate in fates])
        finally:
            self._under_way -= 1
            if not self._under_way:
                self.idle.set()

    async def _settle(self, letter: Letter, domain: str, recipients: Sequence[EnvelopeRecipient]) -> list[Fate]:
        """Every recipient of one domain, tried again where that may help and the sender gives us the time."""
        if self._home.serves(domain):
            return [await self._keep(letter, recipient) for recipient in recipients]
        settled: dict[EnvelopeRecipient, Fate] = {}
        for attempt in range(1, TRIES + 1):
            waiting = [one for one in recipients if one not in settled]
            for fate in await self._try(letter, domain, waiting):
                if fate.failure is None or not fate.failure.again or attempt == TRIES:
                    settled[fate.recipient] = fate
            if len(settled) == len(set(recipients)):
                break
            await asyncio.sleep(PAUSE_SECONDS)
            if _time_is_up(letter):
                late = [one for one in recipients if one not in settled]
                settled |= {one: Fate(recipient=one, failure=too_late(letter.envelope.deliver_by)) for one in late}
                break
        return list(settled.values())

    async def _keep(self, letter: Letter, recipient: EnvelopeRecipient) -> Fate:
        await self._home.deliver(recipient.address, letter.envelope.sender, letter.content, now=clock())
        return Fate(recipient=recipient)

    async def _try(self, letter: Letter, domain: str, recipients: Sequence[EnvelopeRecipient]) -> list[Fate]:
        hosts = await self._roads.lookups.hosts(domain)
        failure = route_failure(domain, hosts)
        policy = None if letter.wishes.tls_optional else await self._policy(domain, failure)
        for host in hosts.hosts if failure is None else ():
            hop = rule(host, policy, letter.wishes)
            if isinstance(hop, Failure):
                failure = hop
                continue
            try:
                return await self._hop(letter, hop, recipients)
            except _HopFailed as failed:
                failure = failed.failure
        return [Fate(recipient=recipient, failure=failure) for recipient in recipients]

    async def _policy(self, domain: str, failure: Failure | None) -> Policy | None:
        return await self._roads.lookups.policy(domain) if failure is None else None

    async def _hop(self, letter: Letter, hop: Rule, recipients: Sequence[EnvelopeRecipient]) -> list[Fate]:
        try:
            client = await self._open(hop)
            try:
                if hop.requiretls and "REQUIRETLS" not in client.offers:
                    raise _HopFailed(requiretls_missing(hop))
                if hop.require == "link-secure" and not client.offers.get("LINKSEC", "").startswith("4"):
                    raise _HopFailed(level_too_low(hop))
                return await self._hand_over(client, letter, hop, recipients)
            finally:
                await client.quit()
        except RefusedByPeer as refusal:
            raise _HopFailed(_said(hop, refusal.reply)) from None
        except (OSError, EOFError, TimeoutError):
            raise _HopFailed(lost(hop, "sending message")) from None

    async def _open(self, hop: Rule) -> SmtpClient:
        """A conversation that satisfies the rule. Raises _HopFailed, closes what it does not return."""
        client = await self._connect(hop)
        try:
            if "STARTTLS" not in client.offers:
                self._settle_for_clear(hop, not_offered(hop))
                return client
            reply = await client.exchange("STARTTLS")
            if not reply.good:
                self._settle_for_clear(hop, not_started(hop, reply.text))
                return client
            await self._secure(client, hop)
        except _HandshakeFailed:
            await client.hang_up()
            self._settle_for_clear(hop, handshake_failed(hop))
            return await self._connect(hop)
        except BaseException:
            await client.hang_up()
            raise
        return client

    async def _connect(self, hop: Rule) -> SmtpClient:
        port = self._roads.ports.get(hop.host.name)
        if port is None or not hop.host.addresses:
            raise _HopFailed(unreachable(hop, "Connection refused"))
        try:
            return await SmtpClient.connect(port, SUBMISSION_HOST)
        except (OSError, EOFError, TimeoutError):
            raise _HopFailed(unreachable(hop, "Connection refused")) from None

    def _settle_for_clear(self, hop: Rule, otherwise: Failure) -> None:
        """Where nothing is demanded a letter goes on in clear, as it does in the world outside."""
        if hop.demand is not Demand.NOTHING:
            raise _HopFailed(otherwise)

    async def _secure(self, client: SmtpClient, hop: Rule) -> None:
        """The handshake and what must hold of it; then EHLO once more."""
        try:
            await client.start_tls(self._context(hop.demand), hop.host.name)
            layer = client.wire.layer
        except ssl.SSLCertVerificationError:
            raise _HopFailed(unverified(hop)) from None
        except (OSError, EOFError, TimeoutError):
            raise _HandshakeFailed from None
        if hop.demand is Demand.DANE:
            shown = shown_chain(layer) if layer is not None else ()
            if not vouched(shown, hop.host.name, hop.host.associations or (), clock()):
                raise _HopFailed(unverified(hop))
        await client.hello()

    def _context(self, demand: Demand) -> ssl.SSLContext:
        match demand:
            case Demand.NOTHING | Demand.ENCRYPTION:
                return opportunistic()
            case Demand.DANE:
                return unverifying()
            case Demand.AUTHORITY:
                return self._roads.verifying

    async def _hand_over(
        self, client: SmtpClient, letter: Letter, hop: Rule, recipients: Sequence[EnvelopeRecipient]
    ) -> list[Fate]:
        if letter.envelope.smtputf8 and "SMTPUTF8" not in client.offers:
            raise _HopFailed(Failure(status="5.6.7", text=f"SMTPUTF8 is required, but not offered by {hop.place}"))
        await client.begin(letter.envelope)
        replies = {recipient: await client.rcpt(recipient) for recipient in recipients}
        fates = [Fate(recipient=one, failure=_said(hop, reply)) for one, reply in replies.items() if not reply.good]
        taken = [one for one, reply in replies.items() if reply.good]
        if taken:
            reply = await client.send(letter.content)
            failure = None if reply.good else _said(hop, reply)
            fates += (Fate(recipient=one, failure=failure, remote=hop.host.name, reply=reply.text) for one in taken)
        return fates

    async def _report(self, letter: Letter, fates: Sequence[Fate]) -> None:
        """RFC 3461 §4.1: to those who want to hear. A letter without sender is never answered (RFC 5321 §4.5.5)."""
        if not letter.envelope.sender:
            return
        fates = [self._notified(letter, fate) for fate in fates]
        failed = [fate for fate in fates if fate.failure and fate.recipient.wants(Notify.FAILURE)]
        arrived = [fate for fate in fates if not fate.failure and fate.recipient.wants(Notify.SUCCESS)]
        for told in (failed, arrived):
            if told:
                number, now = queue_id(), clock()
                report = render_report(letter, told, number=number, now=now)
                own = received(Hop(by=SUBMISSION_HOST, at=now, id=number))
                await self._home.deliver(letter.envelope.sender, "", own + report, now=now)

    def _notified(self, letter: Letter, fate: Fate) -> Fate:
        """Where the letter had a notice in it for a link that is not as it asks, the notice goes (protocol.md §5.2)."""
        asked = letter.asks if letter.heeds_field else None
        if fate.failure is None or not fate.failure.insecure or asked is None or not asked.notice:
            return fate
        text = notice_of(letter.content)
        if text is None:
            return fate
        number, now = queue_id(), clock()
        content = render_notice(letter.content, fate.recipient.address, text, number=number, now=now)
        recipient = EnvelopeRecipient(address=fate.recipient.address, notify=frozenset())
        envelope = Envelope(sender=letter.envelope.sender, eight_bit=True, recipients=(recipient,))
        own = received(Hop(by=SUBMISSION_HOST, at=now, id=number))
        self.accept(Letter(id=number, envelope=envelope, content=own + content, arrived=now))
        return replace(fate, failure=replace(fate.failure, text=f"{fate.failure.text}; the notice was sent instead"))


class _HandshakeFailed(Exception):
    """TLS was offered and did not come about."""


def _time_is_up(letter: Letter) -> bool:
    limit = letter.envelope.deliver_by
    return bool(limit) and (clock() - letter.arrived).total_seconds() >= limit


def _said(hop: Rule, reply: Reply) -> Failure:
    temporary = reply.code < 500
    return Failure(status=reply.status, text=reply.text, remote=hop.place, again=temporary)
