"""An audit as the screens of the table find it: two days old, and one answer is still missing."""

from __future__ import annotations

from datetime import timedelta

from linksec_tui.model.account import Account
from linksec_tui.model.address import parse_address
from linksec_tui.model.assessment import Assessment, Assurance
from linksec_tui.model.audit import Audit, Breaks, Canary, CanaryLetter, Fate
from tests.tui.table_facts import NOON, judged

_FATES = {Breaks.NOTHING: Fate.ARRIVED, Breaks.DANE: Fate.CAME_BACK, Breaks.MTA_STS: Fate.WAITING}


class TableAudit:
    async def own_domain(self, account: Account) -> Assessment | None:
        return judged(account.address.domain, Assurance.VERIFIABLE)

    async def audit(self, account: Account) -> Audit:
        return Audit(
            account=account.name,
            letters=tuple(
                CanaryLetter(
                    canary=Canary(address=parse_address(f"info@{breaks}.example"), breaks=breaks),
                    sent_at=NOON - timedelta(days=2),
                    fate=fate,
                    fate_at=None if fate is Fate.WAITING else NOON - timedelta(days=2),
                )
                for breaks, fate in _FATES.items()
            ),
        )
