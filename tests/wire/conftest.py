"""What the tests of IMAP share: a scripted server with a certificate."""

from __future__ import annotations

from pathlib import Path

import pytest
import trustme

from tests.wire.imap_script import HOST, Scripted


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def scripted(authority: trustme.CA, tmp_path: Path) -> Scripted:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return Scripted(authority.issue_cert(HOST), tmp_path / "ca.pem")
