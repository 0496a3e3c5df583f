"""Names of attachments: no path, nothing hidden, nothing that a system takes for something else."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.formats.file_name import MAX_OCTETS, numbered, safe_name
from linksec_tui.model.visible import visible_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("../../.bashrc", "bashrc"),
        ("/etc/passwd", "passwd"),
        ("C:\\Windows\\system32\\evil.dll", "evil.dll"),
        (".profile", "profile"),
        ("-rf", "rf"),
        ("con.txt", "_con.txt"),
        ("LPT1", "_LPT1"),
        ("invoice\u202efdp.exe", "invoice_fdp.exe"),
        ("a\x00b\nc.txt", "a_b c.txt"),
        ("Übersicht März.ods", "Übersicht März.ods"),
        ("trailing. . ", "trailing"),
        ('a<b>c:d"e|f?g*h', "a_b_c_d_e_f_g_h"),
        ("", "part-2.pdf"),
        ("..", "part-2.pdf"),
        ("   ", "part-2.pdf"),
        ("a/", "part-2.pdf"),
    ],
)
def test_a_strangers_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_name(name, "application/pdf", "2") == safe


def test_a_name_of_any_length_keeps_its_ending() -> None:
    safe = safe_name("ä" * 500 + ".tar.gz", "application/gzip", "1")
    assert safe.endswith(".gz")
    assert len(safe.encode()) <= MAX_OCTETS


def test_the_second_of_a_name_has_a_number() -> None:
    assert [numbered("a.pdf", n) for n in (1, 2, 3)] == ["a.pdf", "a (2).pdf", "a (3).pdf"]
    assert numbered("README", 2) == "README (2)"


@given(st.text(max_size=400))
def test_no_name_leads_anywhere(name: str) -> None:
    safe = safe_name(name, "text/plain", "1")
    assert safe
    assert PurePosixPath(safe).name == safe
    assert PureWindowsPath(safe).name == safe
    assert not PureWindowsPath(safe).is_reserved()
    assert safe[0] not in ".-"
    assert safe == visible_name(safe)
    assert len(safe.encode()) <= 255
