"""What DNS says about a sender: keys of the signatures and the domain's wish. Asked only when the person asks.

Every name that is asked for comes out of a stranger's message, and its owner sees that somebody looks: so nothing here
happens when a message is opened (link-security.md §8).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from linksec_tui.formats.dmarc_record import parse_dmarc
from linksec_tui.formats.mime import MimePart
from linksec_tui.formats.suffix import base_domain
from linksec_tui.incoming.dkim_carried import KeyAnswer, key_names
from linksec_tui.incoming.sender import visible_from
from linksec_tui.model.sender import DmarcPolicy, DomainWish, OwnCheck
from linksec_tui.wire.resolver import Resolver


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderLookup:
    """Asks one resolver, for so long and no longer."""

    resolver: Resolver
    timeout: float  # seconds for one message

    async def check(self, message: MimePart, now: datetime) -> OwnCheck:
        """The verdict of today. Never raises for the world: what could not be had is `problem`."""
        from linksec_tui.incoming.dkim import (
            verify,  # deferred: cryptography, 25 ms and 10 MiB, only when somebody asks
        )

        domain = visible_from(message).domain
        names = await asyncio.to_thread(key_names, message, domain)
        policies = _policy_names(domain)
        answers = await self._texts((*names, *policies))
        keys = {name: answers[name] for name in names}
        dkim = await asyncio.to_thread(verify, message, domain, keys, now)  # a long text takes a while to hash
        failures = dict.fromkeys(answer.failure for answer in answers.values() if answer.failure)
        return OwnCheck(
            checked_at=now,
            dkim=dkim,
            wish=_wish(domain, {name: answers[name] for name in policies}),
            problem=f"Not everything could be looked up: {'; '.join(failures)}." if failures else "",
        )

    async def _texts(self, names: Sequence[str]) -> dict[str, KeyAnswer]:
        found = {name: KeyAnswer(failure="no answer in time") for name in names}
        try:
            async with asyncio.timeout(self.timeout), asyncio.TaskGroup() as tasks:
                for name in names:
                    tasks.create_task(self._ask(name, found))
        except TimeoutError:
            pass  # what has come has come
        return found

    async def _ask(self, name: str, found: dict[str, KeyAnswer]) -> None:
        answer = await self.resolver.query(name, "TXT")
        if answer.failed:
            found[name] = KeyAnswer(failure=answer.failure.detail if answer.failure else "no answer")
        else:
            found[name] = KeyAnswer(texts=answer.texts)


def _policy_names(domain: str) -> tuple[str, ...]:
    """The domain's own record, then that of the registered domain above it (RFC 7489 §6.6.3)."""
    above = base_domain(domain) if domain else None
    return tuple(f"_dmarc.{name}" for name in dict.fromkeys((domain, above)) if name)


def _wish(domain: str, answers: dict[str, KeyAnswer]) -> DomainWish:
    for name, answer in answers.items():
        if answer.failure:
            return DomainWish(policy=DmarcPolicy.UNKNOWN)
        wish = parse_dmarc(answer.texts, subdomain=name != f"_dmarc.{domain}")
        if wish is not None:
            return wish
    return DomainWish(policy=DmarcPolicy.ABSENT if answers else DmarcPolicy.UNKNOWN)
