"""The list that comes with the program says of every domain what its file says."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from linksec_tui.accounts import provider_list
from linksec_tui.accounts.discover import discover
from linksec_tui.model.address import Address
from linksec_tui.model.discovery import Candidate, Found, Origin
from tests.accounts.internet import Internet
from tests.accounts.listed_files import FILES, FOLDER, Listed, domains, expected

# one domain stands in two files: the first counts
_FIRST = {domain: file for file in reversed(FILES) for domain in domains(file)}


def test_the_whole_list_is_there() -> None:
    assert len(FILES) == 163
    assert len({domain for file in FILES for domain in domains(file)}) == 962
    assert "Mozilla Public License" in (FOLDER / "MPL-2.0.txt").read_text()


def test_the_files_are_the_published_ones() -> None:
    """The licence asks for it: a changed file would have to say so. The digest is that of the files at c6ad796."""
    digest = hashlib.sha256()
    for file in FILES:
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    assert digest.hexdigest() == "d818c23792e5b13939805652b73ab2876af9700c272a5cca892f70d97f315d98"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_every_listed_domain_gets_what_its_file_says(internet: Internet, file: Path) -> None:
    async with internet.asking("fred@home.example") as asking:
        for domain in domains(file):
            found = await discover(replace(asking, address=Address("fred", domain)))
            use, never = expected(_FIRST[domain], "fred", domain)
            assert sorted(map(_listed, found.candidates)) == sorted(use)
            assert {(each.service.value, each.host, each.port) for each in found.unusable} == never
            assert all(each.source is Origin.LIST and each.authenticated for each in found.candidates)
            assert found.complete == ({each.service for each in use} == {"imap", "submission"})


def _listed(candidate: Candidate) -> Listed:
    server = candidate.server
    return Listed(candidate.service.value, server.host, server.port, server.tls.value, candidate.user)


@pytest.mark.parametrize("domain", ["nobody.example", "", "de", "osteo.de", "posteo.de.evil.example", "</domain>"])
def test_no_other_domain_is_in_it(domain: str) -> None:
    assert provider_list.find(domain) is None


async def test_a_provider_whose_name_is_its_domain_is_called_by_it(internet: Internet) -> None:
    async with internet.asking("fred@inbox.eu") as asking:
        found = await discover(asking)
    assert found.provider == "inbox.eu"


def test_a_domain_that_was_taken_out_is_not_in_it(tmp_path: Path) -> None:
    file = tmp_path / "x.xml"
    sections = "<domain>new.example</domain><!-- <domain>old.example</domain> -->"
    file.write_text(f"<clientConfig><emailProvider>{sections}</emailProvider></clientConfig>")
    assert provider_list.search([file], "new.example") is not None
    assert provider_list.search([file], "old.example") is None


async def test_a_provider_with_starttls_alone_is_listed_as_not_usable(internet: Internet) -> None:
    async with internet.asking("fred@tim.it") as asking:
        found = await discover(asking)
    assert found.imap is None
    assert any("STARTTLS" in each.reason for each in found.unusable)
    assert {report.source: report.found for report in found.sources}[Origin.LIST] is Found.SETTINGS
