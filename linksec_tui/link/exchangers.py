"""The domain's exchangers, judged, and which of them count (link-security.md §2.2, rules 2 and 3). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linksec_tui.link.host_rung import HostRung, answer_of, enforces_policy, judge_host
from linksec_tui.model.evidence import Answer, Dnssec, Evidence, Exchanger, Mechanism, StarttlsStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchangers:
    """`remaining` are those that a sender would use; `promised` those that a promise must cover.

    The two differ where nobody knows whether the sender's provider acts on the policy: then a host that the policy
    does not name may still be used, and nothing green may rest on its absence.
    """

    evidence: Evidence
    now: datetime
    hosts: tuple[HostRung, ...]
    remaining: tuple[HostRung, ...]
    promised: tuple[HostRung, ...]
    unnamed: tuple[str, ...] = ()  # not in the policy
    absent: tuple[str, ...] = ()  # proved not to exist

    def answer(self, mechanism: Mechanism) -> Answer:
        return answer_of(self.evidence, mechanism)

    @property
    def all_offer_requiretls(self) -> bool:
        """After a handshake that verified under the domain's own DANE or MTA-STS (rule 5)."""
        return bool(self.remaining) and all(map(self._offers_requiretls, self.remaining))

    def _offers_requiretls(self, host: HostRung) -> bool:
        seen = self.evidence.observations.get(host.host)
        return (
            seen is not None
            and seen.expires_at > self.now
            and seen.starttls is StarttlsStatus.OFFERED
            and seen.requiretls
            and bool(seen.verified_under)
        )


def judge_exchangers(evidence: Evidence, now: datetime) -> Exchangers:
    """Each exchanger's rung, and which of them remain."""
    judged = tuple(judge_host(evidence, exchanger, now) for exchanger in evidence.route.exchangers)
    existing = tuple(host for host in judged if not _is_proved_absent(evidence, host.exchanger))
    provider = answer_of(evidence, Mechanism.MTA_STS)
    policy = enforces_policy(evidence, now) and provider is not Answer.NO
    named = tuple(host for host in existing if not policy or evidence.sts.names(host.host))
    surely_dropped = provider is Answer.YES and evidence.sts.confirmed
    return Exchangers(
        evidence=evidence,
        now=now,
        hosts=judged,
        remaining=named,
        promised=named if surely_dropped else existing,
        unnamed=tuple(host.host for host in existing if host not in named),
        absent=tuple(host.host for host in judged if host not in existing),
    )


def _is_proved_absent(evidence: Evidence, exchanger: Exchanger) -> bool:
    """No address, by DNSSEC: nobody can be steered there."""
    secure = evidence.route.dnssec is Dnssec.SECURE and exchanger.dnssec is Dnssec.SECURE
    return exchanger.exists is False and secure
