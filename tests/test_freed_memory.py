"""What was needed once is not kept for ever."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

MIB = 1 << 20
LARGE, PIECE, PIECES = 30 * MIB, 200 * 1024, 250  # glibc: to free the large one makes it keep all the pieces

PROGRAM = f"""
import gc, os
from pathlib import Path
from linksec_tui.freed_memory import give_back

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

give_back()
before = resident()
large = bytearray({LARGE})
del large
pieces = [bytearray({PIECE}) for _ in range({PIECES})]
most = resident()
del pieces
print(most - before, resident() - before)
"""


@pytest.mark.skipif(
    not Path("/proc/self/statm").exists() or not hasattr(ctypes.CDLL(None), "mallopt"),
    reason="needs Linux and glibc",
)
def test_memory_that_is_free_again_goes_back_to_the_system() -> None:
    told = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True)
    most, left = map(int, told.stdout.split())
    assert most > PIECES * PIECE // 2
    assert left < 5 * MIB
