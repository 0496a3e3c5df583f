"""Discovery by signed SRV records, as a real signer, name server and validator have them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import Shell
from tests.lab import topology

pytestmark = pytest.mark.lab


def _discovered(configuration: Path, address: str) -> dict[str, Any]:
    return json.loads(Shell(configuration)("account", "discover", address, "--json").out)


def test_the_provider_is_found_by_its_address_and_nobody_could_have_forged_it(configuration: Path) -> None:
    found = _discovered(configuration, topology.SENDER)
    assert found["complete"]
    for service, host, port in (("imap", "imap", 993), ("submission", "smtp", 465)):
        best = found[service]
        assert (best["host"], best["port"], best["tls"]) == (f"{host}.{topology.HOME}", port, "implicit")
        assert (best["source"], best["authenticated"], best["needs_confirmation"]) == ("srv", True, False)
        assert best["dane"] == "absent"  # proved: the zone is signed, and has no such record


def test_a_domain_that_signs_wrongly_is_no_domain_without_settings(configuration: Path) -> None:
    found = _discovered(configuration, "alice@bogus.test")
    told = {report["source"]: report["found"] for report in found["sources"]}
    assert not found["candidates"]
    assert told["srv"] == told["pacc"] == told["mx-provider-list"] == "cannot-tell"


def test_a_domain_that_is_proved_to_be_absent_has_nothing(configuration: Path) -> None:
    found = _discovered(configuration, "alice@nodomain.test")
    assert {report["found"] for report in found["sources"]} == {"nothing"}
