"""The name under which a provider writes what it found out about senders (RFC 8601 §2.5), as its own fields show it.

It is never believed for that: a person says whether it is the provider's. Only fields count that stand above the one
with which somebody outside handed the message over, where no sender can write. The name is mostly that of the server
that takes mail in, which a client never connects to: so it is tried as one of the provider's hosts, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from linksec_tui.formats.mime import MimePart, parse_message
from linksec_tui.formats.suffix import base_domain
from linksec_tui.incoming.hops import Trust, trusted_hosts_of, way_of
from linksec_tui.incoming.provider_results import boundary, results_in
from linksec_tui.model.account import Account
from linksec_tui.model.verification import VerdictName

ENOUGH = 2  # letters: one may have come in an odd way
_PLAIN = re.compile(r"[a-z0-9._-]{1,255}")


def verdict_name(traces: Iterable[bytes], trust: Trust) -> VerdictName | None:
    """The name that most of these letters carry; None where hardly any carries one."""
    letters = [parse_message(trace) for trace in traces]
    seen = {name: _count(letters, name, trust) for name in sorted({name for one in letters for name in _names(one)})}
    name, count = max(seen.items(), key=lambda item: item[1], default=("", 0))
    return VerdictName(name=name, letters=count, of=len(letters)) if count >= ENOUGH else None


def believing(account: Account, name: str) -> Account:
    """The account whose provider goes by this name; a server of the provider's is one of its hosts, too."""
    account = replace(account, authserv_id=name)
    return replace(account, trusted_hosts=account.trusted_hosts | _host(name, trusted_hosts_of(account)))


def _count(letters: Sequence[MimePart], name: str, trust: Trust) -> int:
    believed = replace(trust, hosts=trust.hosts | _host(name, trust.hosts))
    return sum(name in _names(letter, _end(letter, believed)) for letter in letters)


def _host(name: str, known: Iterable[str]) -> frozenset[str]:
    """The name, where it is that of a server in a domain of the provider's."""
    domains = {domain for host in known if (domain := base_domain(host))}
    return frozenset({name}) if any(name.endswith(f".{domain}") for domain in domains) else frozenset()


def _end(letter: MimePart, trust: Trust) -> int:
    received = [value for name, value in letter.headers if name.lower() == "received"]
    return boundary(letter, way_of(received, trust).trusted)


def _names(letter: MimePart, end: int | None = None) -> set[str]:
    named = (found.authserv_id for found in results_in(letter.headers[:end]))
    return {name for name in named if _PLAIN.fullmatch(name)}
