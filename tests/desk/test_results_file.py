"""Results as a file: the lines of `check --jsonl`, or a table; written whole, and over nothing unasked."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linksec_tui.desk.results_file import COLUMNS, write_results
from linksec_tui.model.address import Address
from linksec_tui.model.assessment import Assessment, Assurance
from linksec_tui.model.checked import Result, Wanted
from linksec_tui.model.contract import render_result
from linksec_tui.model.errors import BadInput
from linksec_tui.model.evidence import Dnssec, Evidence, Exchanger, Route, RouteStatus
from linksec_tui.model.letter import Requirement


def result(local: str, domain: str = "bank.example") -> Result:
    route = Route(status=RouteStatus.FOUND, dnssec=Dnssec.SECURE, exchangers=(Exchanger(host=f"mx.{domain}"),))
    assessment = Assessment(
        domain=domain,
        assurance=Assurance.VERIFIABLE,
        evidence=Evidence(domain=domain, route=route),
        checked_at=datetime(2026, 1, 2, tzinfo=UTC),
        headline=f"Verifiable: {domain}, as it says",
    )
    wanted = Wanted(domain=domain, shown_domain=domain, address=Address(local, domain))
    return Result(wanted=wanted, assessment=assessment, requirement=Requirement.ENCRYPTED)


def test_json_lines_are_those_of_the_command(tmp_path: Path) -> None:
    results = [result("anna"), result("bob")]
    write_results(results, tmp_path / "out.jsonl", replace=False)
    lines = (tmp_path / "out.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [render_result(each) for each in results]


def test_a_table_has_a_head_and_a_row_each(tmp_path: Path) -> None:
    write_results([result("anna")], tmp_path / "out.CSV", replace=False)
    with (tmp_path / "out.CSV").open(newline="", encoding="utf-8") as stream:
        head, row = csv.reader(stream)
    assert tuple(head) == COLUMNS
    assert dict(zip(head, row, strict=True)) | {"reasons": ""} == {
        "address": "anna@bank.example", "domain": "bank.example", "assurance": "verifiable", "meets": "yes",
        "required": "encrypted", "headline": "Verifiable: bank.example, as it says", "reasons": "", "warnings": "",
        "mx": "mx.bank.example", "mta_sts": "absent", "declared": "", "checked_at": "2026-01-02T00:00:00Z",
    }  # fmt: skip


@pytest.mark.parametrize("local", ["=1+1", "+49", "-x"])
def test_a_spreadsheet_gets_no_formula_from_an_address(tmp_path: Path, local: str) -> None:
    write_results([result(local)], tmp_path / "out.csv", replace=False)
    assert f"\n'{local}@bank.example," in (tmp_path / "out.csv").read_text("utf-8").replace("\r", "")


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("mine")
    with pytest.raises(BadInput):
        write_results([result("anna")], target, replace=False)
    assert target.read_text() == "mine"
    write_results([result("anna")], target, replace=True)
    assert "anna" in target.read_text()


def test_a_failure_half_way_leaves_what_was_there_and_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text("mine")

    def half() -> list[Result]:
        raise OSError(28, "No space left on device")

    with pytest.raises(BadInput, match="No space left"):
        write_results((each for part in (lambda: [result("anna")], half) for each in part()), target, replace=True)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("out.jsonl", "mine")]


@pytest.mark.parametrize("name", ["out", "out.txt", "nowhere/out.csv", "x\x00.csv"])
def test_a_name_that_cannot_be_is_said_in_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput) as refused:
        write_results([result("anna")], tmp_path / name, replace=False)
    assert refused.value.sentence.isprintable()
    assert refused.value.next_step


def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    write_results([result("anna")], tmp_path / "out.csv", replace=False)
    assert (tmp_path / "out.csv").stat().st_mode & 0o777 == 0o600
