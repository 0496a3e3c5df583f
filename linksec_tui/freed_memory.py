"""Memory that is free again goes back to the system: the mail of a hundred thousand passes through once, and not again.

glibc gives each thread a heap of its own, and the larger a piece is that was freed, the more it keeps back for the next
one (mallopt(3)). Here both stay as they are at the start of a program; another C library is left as it is.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # malloc.h
_KEPT_BACK = 128 * 1024  # octets; what mallopt(3) names as the beginning
_SETTINGS = ((_ARENA_MAX, 1), (_TRIM_THRESHOLD, _KEPT_BACK), (_MMAP_THRESHOLD, _KEPT_BACK))


def give_back() -> None:
    """From now on."""
    with suppress(OSError, AttributeError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        for option, value in _SETTINGS:
            mallopt(option, value)
