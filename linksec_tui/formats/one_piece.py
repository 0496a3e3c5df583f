"""Pieces → the bytes that they are together, in a place that is made large enough at once.

`b"".join` holds everything twice, and so does a buffer that grows, whenever it moves.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO


def one_piece(pieces: Iterable[bytes], octets: int) -> bytes:
    """`octets`: how many there will be, at least about; what is too few costs memory, nothing else."""
    whole = BytesIO()
    if octets > 0:
        whole.seek(octets - 1)
        whole.write(b"\0")
        whole.seek(0)
    for piece in pieces:
        whole.write(piece)
    whole.truncate()
    return whole.getvalue()
