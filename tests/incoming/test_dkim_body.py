"""The hash over a signed text: piece by piece it is what dkimpy's own forms come to, whatever the pieces."""

from __future__ import annotations

import base64
from hashlib import sha256
from typing import Any, cast

import pytest
from dkim import canonicalization  # pyright: ignore[reportMissingTypeStubs]
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.incoming.dkim_body import body_hash

FORMS = cast("Any", canonicalization)
TEXTS = st.lists(st.sampled_from([b" ", b"\t", b"\r\n", b"\r", b"a", b"bc", b"  \r\n", b"\r\n\r\n"]), max_size=40).map(
    b"".join
)


@given(body=TEXTS, piece=st.integers(1, 20))
def test_in_pieces_it_is_what_it_is_whole(body: bytes, piece: int) -> None:
    simple = FORMS.Simple.canonicalize_body(body)
    relaxed = FORMS.Relaxed.canonicalize_body(body)
    assert body_hash(body, relaxed=False, piece=piece) == sha256(simple).digest()
    assert body_hash(body, relaxed=True, piece=piece) == sha256(relaxed).digest()


@pytest.mark.parametrize(
    ("relaxed", "expected"),
    [
        (False, "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY="),
        (True, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
    ],
)
def test_the_hashes_of_no_text_are_those_of_the_standard(*, relaxed: bool, expected: str) -> None:
    """RFC 6376 §3.4.3 and §3.4.4."""
    assert base64.b64encode(body_hash(b"", relaxed=relaxed)).decode() == expected
