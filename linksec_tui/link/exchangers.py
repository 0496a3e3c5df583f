"""The domain's exchangers, judged, and which of them count (link-security.md §2.2, rules 2 and 3). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linksec_tui.link.host_rung import Ground, HostRung, counting_observation, ground_of, judge_host
from linksec_tui.model.evidence import Answer, Dnssec, Evidence, Exchanger, Mechanism, StarttlsStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchangers:
    """`remaining` are those that a sender would use; `promised` those that a promise must cover.

    The two differ where nobody knows whether the sender's provider acts on the policy: then a host that the policy
    does not name may still be used, and nothing green may rest on its absence.
    """

    ground: Ground
    hosts: tuple[HostRung, ...]
    remaining: tuple[HostRung, ...]
    promised: tuple[HostRung, ...]
    unnamed: tuple[str, ...] = ()  # not in the policy
    absent: tuple[str, ...] = ()  # proved not to exist

    @property
    def evidence(self) -> Evidence:
        return self.ground.evidence

    @property
    def now(self) -> datetime:
        return self.ground.now

    def answer(self, mechanism: Mechanism) -> Answer:
        return self.ground.answers[mechanism]

    @property
    def all_offer_requiretls(self) -> bool:
        """After a handshake that verified under the domain's own DANE or MTA-STS (rule 5)."""
        return bool(self.remaining) and all(map(self._offers_requiretls, self.remaining))

    def _offers_requiretls(self, host: HostRung) -> bool:
        """What a handshake verified under counts while the domain still publishes it."""
        seen = counting_observation(self.ground, host.exchanger)
        return (
            seen is not None
            and seen.starttls is StarttlsStatus.OFFERED
            and seen.requiretls
            and not seen.verified_under.isdisjoint(host.published)
        )


def judge_exchangers(evidence: Evidence, now: datetime) -> Exchangers:
    """Each exchanger's rung, and which of them remain."""
    ground = ground_of(evidence, now)
    judged = [judge_host(ground, exchanger) for exchanger in evidence.route.exchangers]
    existing: list[HostRung] = []
    absent: list[str] = []
    for host in judged:
        if _is_proved_absent(evidence, host.exchanger):
            absent.append(host.host)
        else:
            existing.append(host)
    followed = ground.policy and ground.answer(Mechanism.MTA_STS) is not Answer.NO
    named = [host for host in existing if not followed or evidence.sts.names(host.host)]
    kept = {host.host for host in named}
    return Exchangers(
        ground=ground,
        hosts=tuple(judged),
        remaining=tuple(named),
        promised=tuple(named if ground.insists(Mechanism.MTA_STS) else existing),
        unnamed=tuple(host.host for host in existing if host.host not in kept),
        absent=tuple(absent),
    )


def _is_proved_absent(evidence: Evidence, exchanger: Exchanger) -> bool:
    """No address, by DNSSEC: nobody can be steered there."""
    secure = evidence.route.dnssec is Dnssec.SECURE and exchanger.dnssec is Dnssec.SECURE
    return exchanger.exists is False and secure
