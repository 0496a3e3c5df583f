"""What the tests of IMAP and of submission share: scripted servers with a certificate."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme

from tests.wire.imap_script import HOST, Scripted
from tests.wire.submissions import Running, place_with


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def scripted(authority: trustme.CA, tmp_path: Path) -> Scripted:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return Scripted(authority.issue_cert(HOST), tmp_path / "ca.pem")


@pytest.fixture
def place(authority: trustme.CA, tmp_path: Path) -> Running:
    return place_with(authority, tmp_path)
