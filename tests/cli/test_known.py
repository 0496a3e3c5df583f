"""`known`: what is printed where, exit statuses, and the real files."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import Shell

EFF = Path(__file__).parent.parent / "cases" / "eff-starttls-policy-2020-05-20.json"


@pytest.fixture
def eff(tmp_path: Path) -> Path:
    """The last issue of STARTTLS Everywhere as if it were of yesterday, with an entry that cannot be taken."""
    now = datetime.now(UTC)
    table: dict[str, Any] = json.loads(EFF.read_text())
    table["timestamp"] = (now - timedelta(days=1)).isoformat()
    table["expires"] = (now + timedelta(days=13)).isoformat()
    table["policies"]["club.example"] = {"mode": "testing", "mxs": ["mx.club.example"]}
    table["policies"]["none.example"] = {"mode": "none", "mxs": ["mx.none.example"]}
    path = tmp_path / "policy.json"
    path.write_text(json.dumps(table))
    return path


def test_the_list_tells_name_word_source_and_date(shell: Shell) -> None:
    ended = shell("known", "list", "posteo")
    assert ended.status == 0
    assert ended.out.splitlines() == [
        "Domains – robalexdev/mta-sts-cache-warming @66a64b2, 2024-11-12 (2)",
        "  posteo.de                         published “enforce” (MTA-STS)",
        "  posteo.net                        published “enforce” (MTA-STS)",
    ]
    assert "smtp.office365.com                enforces starttls, dane, mta-sts" in shell("known", "list", "365").out
    assert "mx.microsoft                      takes TLS" in shell("known", "list", "*.microsoft").out


def test_the_whole_list_is_told_without_a_pattern(shell: Shell) -> None:
    ended = shell("known", "list", "--json")
    told: dict[str, Any] = json.loads(ended.out)
    assert {key: len(value) for key, value in told.items()} == {"own": 0, "providers": 1, "entries": 2971, "lists": 0}
    posteo = next(entry for entry in told["entries"] if entry.get("domain") == "posteo.de")
    assert posteo == {
        "domain": "posteo.de",
        "mta_sts": "enforce",
        "source": "robalexdev/mta-sts-cache-warming @66a64b2",
        "date": "2024-11-12",
        "list": "shipped",
    }


def test_of_what_nothing_is_known_it_says_so(shell: Shell) -> None:
    ended = shell("known", "list", "\x1b[2Jnobody")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err == "Nothing is known of “\ufffd[2Jnobody”. That says nothing about it.\n"


def test_a_domain_is_set_checked_and_taken_back(shell: Shell) -> None:
    said = shell("known", "set", "Shop.example", "exposed")
    assert (said.status, said.out) == (0, "shop.example: Exposed, by your own word, whatever is seen of it.\n")
    assert "Exposed" in shell("check", "shop.example").out
    assert "  shop.example                      exposed, since 20" in shell("known", "list", "shop").out
    assert shell("known", "unset", "shop.example").out == "shop.example: taken back.\n"
    assert "Enforced" in shell("check", "shop.example").out
    again = shell("known", "unset", "shop.example")
    assert again.status == 1
    assert "You have set nothing for shop.example" in again.err


def test_a_mechanism_is_named(shell: Shell) -> None:
    said = shell("known", "set", "bücher.example", "mta-sts")
    assert (
        said.out == "bücher.example: Verifiable with MTA-STS, by your own word, unless something speaks against it.\n"
    )
    own = json.loads(shell("known", "list", "--json", "bücher").out)["own"]
    assert [(row["domain"], row["word"]) for row in own] == [("xn--bcher-kva.example", "mta-sts")]


def test_what_a_provider_does_is_set_and_who_enforces_anything_takes_starttls(shell: Shell) -> None:
    said = shell("known", "set", "smtp.home.example", "--enforces", "dane, mta-sts", "--ignores=requiretls-strict")
    assert said.status == 0
    assert said.out.startswith("smtp.home.example: enforces starttls, dane, mta-sts; ignores requiretls-strict.")
    told = json.loads(shell("known", "list", "--json", "home.example").out)["providers"]
    assert told[0]["enforces"] == {"starttls": "yes", "dane": "yes", "mta-sts": "yes", "requiretls-strict": "no"}
    assert told[0]["own"] is True


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "of a provider what it enforces or ignores"),
        (("exposed", "--enforces", "dane"), "of a provider what it enforces or ignores"),
        (("exposd",), "did you mean exposed?"),
        (("--enforces", "dnae"), "did you mean dane?"),
        (("--enforces", "dane", "--ignores", "dane"), "dane cannot be both enforced and ignored"),
        (("--enforces", "dane", "--ignores", "starttls"), "A provider that enforces anything uses STARTTLS"),
    ],
)
def test_what_cannot_be_meant_is_told_in_a_line(
    shell: Shell, words: tuple[str, ...], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        ended = shell("known", "set", "a.example", *words)
        status, said = ended.status, ended.err
    except SystemExit as ended:
        status, said = ended.code, capsys.readouterr().err
    assert status == 2
    assert sentence in said
    assert said.count("\n") == 1


def test_a_list_of_starttls_everywhere_is_imported_and_counts_until_it_expires(shell: Shell, eff: Path) -> None:
    ended = shell("known", "import", str(eff))
    assert ended.status == 0
    assert ended.out.startswith(
        "policy.json: 927 entries taken (STARTTLS Everywhere by Electronic Frontier Foundation https://eff.org, issued"
    )
    assert ended.err == "1 entry left out:\n  none.example: it has no mode, or no exchangers\n"
    assert "takes TLS at mx.club.example" in shell("known", "list", "club.example").out
    told = json.loads(shell("check", "--json", "club.example").out)["results"][0]
    assert told["assurance"] == "encrypted"
    lists = json.loads(shell("known", "list", "--json", "policy").out)["lists"]
    assert [(row["name"], row["format"], row["instead"]) for row in lists] == [
        ("policy.json", "starttls-everywhere", False)
    ]


def test_an_import_is_told_as_json(shell: Shell, eff: Path) -> None:
    shell("known", "import", str(eff))
    told = json.loads(shell("known", "import", "--instead", "--json", str(eff)).out)
    assert (told["taken"], told["left_out"], told["list"]["instead"]) == (927, 1, True)
    assert told["left_out_because"] == [{"name": "none.example", "why": "it has no mode, or no exchangers"}]
    assert told["replaced"]
    assert "policy.json" in shell("known", "list").out
    assert "policy.json" not in shell("known", "list", "old.com").out.partition("Imported lists")[2]
    assert json.loads(shell("known", "list", "--json", "posteo.de").out)["entries"] == []


def test_an_expired_list_is_refused(shell: Shell) -> None:
    ended = shell("known", "import", str(EFF))
    assert (ended.status, ended.out) == (1, "")
    assert "This list expired on 2020-06-03: by its own rule it counts no longer." in ended.err


def test_an_export_comes_in_again_through_standard_input(shell: Shell) -> None:
    exported = shell("known", "export")
    assert exported.status == 0
    ended = shell("known", "import", "-", stdin=exported.out.encode())
    assert ended.out.startswith("standard input: 2,971 entries taken (linksec-tui, issued 20")
    again = json.loads(shell("known", "export").out)
    assert again["entries"] == json.loads(exported.out)["entries"]
    assert shell("known", "unset", "standard input").status == 0


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        ("nowhere.json", "cannot be read"),
        ("http://a.example/list.json", "not an address that a list can be fetched from"),
        ("https://a.example/list.json", "could not be fetched"),
    ],
)
def test_a_list_that_cannot_be_had_is_refused(shell: Shell, where: str, sentence: str) -> None:
    ended = shell("known", "import", where)
    assert (ended.status, ended.out) == (1, "")
    assert sentence in ended.err


def test_a_file_that_is_too_large_is_refused(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    path.write_bytes(b" " * ((8 << 20) + 1))
    ended = shell("known", "import", str(path))
    assert ended.status == 1
    assert "is larger than 8 MiB" in ended.err
