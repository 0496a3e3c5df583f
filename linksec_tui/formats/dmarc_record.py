"""A `_dmarc` record → what a domain asks for mail in its name (RFC 7489 §6.3)."""

from __future__ import annotations

from collections.abc import Iterable

from linksec_tui.formats.tag_list import parse_tag_list
from linksec_tui.model.sender import DmarcPolicy, DomainWish

_POLICIES = {policy.value: policy for policy in (DmarcPolicy.NONE, DmarcPolicy.QUARANTINE, DmarcPolicy.REJECT)}


def parse_dmarc(texts: Iterable[str], *, subdomain: bool) -> DomainWish | None:
    """None where there is no record: strings that are none are left out, and of several none counts (§6.6.3).

    `subdomain`: the record is that of the domain above, whose `sp` speaks for those below.
    """
    records = [text for text in texts if text.strip().startswith("v=DMARC1")]
    tags = parse_tag_list(records[0]) if len(records) == 1 else None
    if tags is None or next(iter(tags.items())) != ("v", "DMARC1"):
        return None
    policy = _POLICIES.get((tags.get("sp") if subdomain and "sp" in tags else tags.get("p", "")) or "")
    if policy is None:
        if "rua" not in tags:
            return None
        policy = DmarcPolicy.NONE  # §6.6.3: broken, but somebody wants reports
    return DomainWish(policy=policy, strict_dkim=tags.get("adkim") == "s", strict_spf=tags.get("aspf") == "s")
