"""`contacts`: other programs' address books come in and go out, and what is printed where."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.shell import Shell

ANNA = (
    "BEGIN:VCARD\nVERSION:3.0\nFN:Anna Bank\nN:Bank;Anna;;;\nEMAIL;TYPE=PREF:anna@bank.example\n"
    "EMAIL:a.bank@office.example\nCATEGORIES:Choir\nUID:u-anna\nEND:VCARD\n"
)
BOB = "BEGIN:VCARD\nVERSION:4.0\nFN:\x1b[2JBob\nEMAIL:bob@club.example\nEND:VCARD\n"
NOBODY = "BEGIN:VCARD\nVERSION:4.0\nFN:Nobody\nTEL:123\nEND:VCARD\n"
ABOOK = (
    "# abook addressbook file\n\n[format]\nprogram=abook\nversion=0.6.1\n\n"
    "[0]\nname=Carol\nemail=carol@old.example,c@club.example\n"
)


@pytest.fixture
def khard(tmp_path: Path) -> Path:
    """As khard keeps them: a directory an address book, a file a card."""
    book = tmp_path / "contacts" / "family"
    book.mkdir(parents=True)
    (book / "1.vcf").write_text(ANNA)
    (book / "2.vcf").write_text(BOB + NOBODY)
    (book / "notes.txt").write_text("not a card")
    (book / "round.vcf").symlink_to(book)
    return book.parent


def test_a_directory_of_cards_comes_in_once(shell: Shell, khard: Path) -> None:
    first = shell("contacts", "import", str(khard))
    assert (first.status, first.out) == (0, "2 new, 0 added to, 0 as they were.\n")
    assert first.err == "1 without a mail address were left out.\n"
    assert shell("contacts", "import", str(khard)).out == "0 new, 0 added to, 2 as they were.\n"
    assert shell("contacts", "list").out.splitlines() == [
        "anna@bank.example                 Anna Bank  [Choir]",
        "  a.bank@office.example",
        "bob@club.example                  \ufffd[2JBob",
    ]


def test_a_broken_card_in_a_directory_is_named_and_keeps_nobody_out(shell: Shell, khard: Path) -> None:
    (khard / "family" / "0.vcf").write_text("not a card")
    (khard / "family" / "3.vcf").write_bytes(b"")
    came = shell("contacts", "import", str(khard))
    assert (came.status, came.out) == (0, "2 new, 0 added to, 0 as they were.\n")
    assert came.err.splitlines()[1:] == ["  family/0.vcf is no vCard.", "  family/3.vcf is no vCard."]


def test_a_directory_without_cards_is_said_to_be_one(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    refused = shell("contacts", "import", str(tmp_path / "empty"))
    assert (refused.status, refused.out) == (1, "")
    assert "No vCard file (.vcf) that can be read lies in" in refused.err


def test_what_is_told_as_json(shell: Shell) -> None:
    shell("contacts", "import", "-", stdin=ANNA.encode())
    told = json.loads(shell("contacts", "list", "--json", "choir").out)["contacts"]
    assert [(each["name"], each["groups"], each["require"]) for each in told] == [("Anna Bank", ["Choir"], None)]
    assert told[0]["addresses"][0] == {
        "address": "anna@bank.example", "favourite": True, "list": False, "times_written": 0, "last_written_at": None,
    }  # fmt: skip
    counted = json.loads(shell("contacts", "import", "--json", "-", stdin=(BOB + NOBODY).encode()).out)
    assert (counted["new"], counted["without_address"]) == (1, 1)


def test_abooks_book_comes_in_and_goes_out(shell: Shell, tmp_path: Path) -> None:
    book = tmp_path / "addressbook"
    book.write_text(ABOOK)
    assert shell("contacts", "import", str(book)).out == "1 new, 0 added to, 0 as they were.\n"
    assert "email=carol@old.example,c@club.example" in shell("contacts", "export", "--as", "abook").out.splitlines()


def test_an_export_is_read_again_as_what_it_was(shell: Shell, khard: Path, tmp_path: Path) -> None:
    shell("contacts", "import", str(khard))
    out = tmp_path / "all.vcf"
    assert shell("contacts", "export", str(out)).status == 0
    assert shell("contacts", "import", str(out)).out == "0 new, 0 added to, 2 as they were.\n"
    again = shell("contacts", "export", str(out))
    assert (again.status, again.err) == (1, f"linksec-tui: {out} is there already. Name another file.\n")
    assert shell("contacts", "export", "--group", "Choir").out.count("BEGIN:VCARD") == 1


def test_a_directory_gets_a_card_each_and_loses_none(shell: Shell, khard: Path, tmp_path: Path) -> None:
    shell("contacts", "import", str(khard))
    out = tmp_path / "out"
    out.mkdir()
    assert shell("contacts", "export", "--as", "vcard3", str(out)).status == 0
    assert max(file.name for file in out.iterdir()) == "u-anna.vcf"
    assert "VERSION:3.0" in (out / "u-anna.vcf").read_text()
    refused = shell("contacts", "export", str(out))
    assert refused.status == 1
    assert "is there already" in refused.err


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        (("import", "/nowhere"), 1, "/nowhere cannot be read"),
        (("import", "-"), 1, "That is not an address book that can be read."),
        (("list", "nobody"), 1, ""),
        (("list", "--group", "nobody"), 1, ""),
        (("list",), 0, ""),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(
    shell: Shell, words: tuple[str, ...], status: int, sentence: str
) -> None:
    ended = shell("contacts", *words)
    assert ended.status == status
    assert sentence in ended.err


def test_an_unknown_form_is_a_mistake_of_use(shell: Shell) -> None:
    with pytest.raises(SystemExit) as ended:
        shell("contacts", "export", "--as", "xml")
    assert ended.value.code == 2
