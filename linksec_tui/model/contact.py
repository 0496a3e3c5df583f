"""People that the user writes to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .address import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Somebody written to before, or imported."""

    address: Address
    name: str = ""
    last_written_at: datetime | None = None
    times_written: int = 0
