"""What was seen of each domain, and until when it counts (link-security.md §2.1, §2.4): the memory behind a downgrade.

Kept by recipient domain and exchanger, never by the exchanger alone. Newer replaces older for good, also where it is
worse; an earlier promise goes only when it expires, or is replaced or disproved by something authenticated.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from linksec_tui.model.evidence import CachedPolicy, Mechanism, Observation, Promise, Source, StarttlsStatus
from linksec_tui.store.codec import decode, encode, micros
from linksec_tui.store.connection import Connection

LONGEST_PROMISE = timedelta(seconds=31_557_600)


def write_observation(connection: Connection, observation: Observation) -> None:
    """Keep what an exchanger did, unless something of it is known that stands against this."""
    with connection.transaction():
        row = connection.one(
            "SELECT observation FROM observations WHERE domain = ? AND host = ?", observation.domain, observation.host
        )
        if row and _strength(decode(Observation, row[0])) > _strength(observation):
            return
        connection.execute(
            "INSERT OR REPLACE INTO observations (domain, host, expires_at, observation) VALUES (?, ?, ?, ?)",
            *(observation.domain, observation.host, micros(observation.expires_at), encode(observation)),
        )


def _strength(seen: Observation) -> tuple[bool, datetime, bool]:
    """Who was not reached told nothing; else the newer stands, and of two of one moment the worse."""
    lacking = seen.starttls in (StarttlsStatus.NOT_OFFERED, StarttlsStatus.FAILED)
    return lacking or seen.starttls is StarttlsStatus.OFFERED, seen.observed_at, lacking


def read_observations(connection: Connection, domain: str, now: datetime) -> tuple[Observation, ...]:
    """The newest of each of the domain's exchangers that still counts."""
    rows = connection.rows(
        "SELECT observation FROM observations WHERE domain = ? AND expires_at > ? ORDER BY host", domain, micros(now)
    )
    return tuple(decode(Observation, row[0]) for row in rows)


def read_probe(connection: Connection, host: str, now: datetime) -> Observation | None:
    """The newest probe of an exchanger, whosever mail it was asked for; it was one, whatever became of it."""
    rows = connection.rows("SELECT observation FROM observations WHERE host = ? AND expires_at > ?", host, micros(now))
    seen = [decode(Observation, row[0]) for row in rows]
    probes = [each for each in seen if each.source is Source.PROBE]
    return max(probes, key=lambda each: each.observed_at, default=None)


def write_promises(connection: Connection, domain: str, promises: Iterable[Promise]) -> None:
    """Remember what was promised today. Of one mechanism and detail the newest stands."""
    connection.execute_many(
        "INSERT OR REPLACE INTO promises (domain, mechanism, detail, expires_at, promise) VALUES (?, ?, ?, ?, ?)",
        [(domain, str(p.mechanism), p.detail, micros(p.expires_at), encode(p)) for p in promises],
    )


def replace_promises(
    connection: Connection,
    domain: str,
    mechanism: Mechanism | Literal["declaration"],
    promises: Iterable[Promise],
) -> None:
    """An authenticated answer about a mechanism: what it says now stands in place of all that was remembered of it."""
    with connection.transaction():
        connection.execute("DELETE FROM promises WHERE domain = ? AND mechanism = ?", domain, str(mechanism))
        write_promises(connection, domain, promises)


def read_promises(connection: Connection, domain: str, now: datetime) -> tuple[Promise, ...]:
    """The promises that have not expired."""
    rows = connection.rows(
        "SELECT promise FROM promises WHERE domain = ? AND expires_at > ? ORDER BY mechanism, detail",
        *(domain, micros(now)),
    )
    return tuple(decode(Promise, row[0]) for row in rows)


def write_policy(connection: Connection, policy: CachedPolicy) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO policies (domain, expires_at, policy) VALUES (?, ?, ?)",
        *(policy.domain, micros(policy.expires_at), encode(policy)),
    )


def read_policy(connection: Connection, domain: str, now: datetime) -> CachedPolicy | None:
    """The policy in force, whatever became of its record since (RFC 8461 §3.3)."""
    row = connection.one("SELECT policy FROM policies WHERE domain = ? AND expires_at > ?", domain, micros(now))
    return decode(CachedPolicy, row[0]) if row else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """A warning that the person has read; `evidence` says of exactly what."""

    warning: str
    evidence: str


def acknowledge(connection: Connection, domain: str, read: Acknowledgement, now: datetime) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO acknowledged (domain, warning, evidence, at) VALUES (?, ?, ?, ?)",
        *(domain, read.warning, read.evidence, micros(now)),
    )


def acknowledged(connection: Connection, domain: str) -> frozenset[Acknowledgement]:
    """What need not be asked about again."""
    rows = connection.rows("SELECT warning, evidence FROM acknowledged WHERE domain = ?", domain)
    return frozenset(Acknowledgement(warning=row[0], evidence=row[1]) for row in rows)


def forget_expired(connection: Connection, now: datetime) -> None:
    """What counts no longer, and what was read about it: no promise lasts longer than RFC 8461's max_age may."""
    with connection.transaction():
        connection.execute("DELETE FROM acknowledged WHERE at <= ?", micros(now - LONGEST_PROMISE))
        for table in ("observations", "promises", "policies"):
            connection.execute(f"DELETE FROM {table} WHERE expires_at <= ?", micros(now))  # noqa: S608 - our own names
