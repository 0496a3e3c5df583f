"""Letters that stand ready, words that no dictionary has, and what a message carries to another letter."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from linksec_tui.desk import templates
from linksec_tui.desk.carried import carried, whole
from linksec_tui.desk.spelling import NoDictionary, Spelling
from linksec_tui.formats.mime import parse_message
from linksec_tui.model.address import Field, parse_address
from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Draft

EMPTY = Draft(id="d", account="home", sender=parse_address("me@home.example"), body="\n\n-- \nMe\n")


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    directory = tmp_path / "templates"
    directory.mkdir()
    (directory / "minutes.eml").write_text("To: Bob <bob@bank.example>\nSubject: Minutes\n\nDear Bob,\n")
    (directory / "bare.txt").write_text("Hello,\n")
    (directory / "bare.txt~").write_text("an editor's copy")
    return tmp_path / "config.toml"


def test_a_template_begins_a_letter(configuration: Path) -> None:
    assert templates.names(configuration) == ("bare.txt", "minutes.eml")
    draft = templates.begun(EMPTY, templates.read(configuration, "minutes.eml"))
    (bob,) = draft.recipients
    assert (bob.name, str(bob.address), bob.field) == ("Bob", "bob@bank.example", Field.TO)
    assert (draft.subject, draft.body) == ("Minutes", "Dear Bob,\n\n\n-- \nMe\n")


def test_a_template_without_a_header_is_text(configuration: Path) -> None:
    draft = templates.begun(EMPTY, templates.read(configuration, "bare.txt"))
    assert (draft.recipients, draft.body) == ((), "Hello,\n\n\n-- \nMe\n")


def test_no_template_is_read_from_anywhere_else(configuration: Path) -> None:
    configuration.write_text("secret")
    with pytest.raises(BadInput, match="cannot be read"):
        templates.read(configuration, "../config.toml")
    assert templates.names(configuration.parent / "elsewhere" / "config.toml") == ()


MESSAGE = b"""From: a@b.example
Subject: Two files
Message-ID: <1@b.example>
Content-Type: multipart/mixed; boundary=x

--x

text
--x
Content-Type: application/pdf
Content-Disposition: attachment; filename=a.pdf
Content-Transfer-Encoding: base64

JVBERg==
--x
Content-Type: message/rfc822

Subject: inner
Content-Type: multipart/mixed; boundary=y

--y
Content-Disposition: attachment; filename=deep.txt

deep
--y--
--x
Content-Type: application/pgp-signature; name=signature.asc

sig
--x--
"""


def test_files_go_along_and_a_message_among_them_whole() -> None:
    found = carried(parse_message(MESSAGE), 7)
    assert [(each.name, each.media_type) for each in found] == [
        ("a.pdf", "application/pdf"),
        ("message.eml", "message/rfc822"),
    ]
    assert [each.inside and (each.inside.message, each.inside.message_id, each.inside.part) for each in found] == [
        (7, "<1@b.example>", "2"),
        (7, "<1@b.example>", "3"),
    ]


def test_a_message_goes_as_a_file_named_after_its_subject() -> None:
    attachment = whole(parse_message(MESSAGE), 7)
    assert (attachment.name, attachment.media_type) == ("Two files.eml", "message/rfc822")
    assert attachment.inside is not None
    assert replace(attachment.inside, size=0).part == ""


_FAKE = """#!/bin/sh
# as hunspell and aspell answer with -a: a line for each word, then an empty one
echo '@(#) International Ispell Version 3.2.06 (but really a table)'
while read -r line; do
    case "$line" in "^"right*) echo '*';; "^") ;; *) echo '& x 1 0: y';; esac
    echo
done
"""


async def test_words_that_the_dictionary_does_not_have_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "hunspell"
    program.write_text(_FAKE)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    spelling = Spelling(dictionary="en_GB")
    try:
        assert await spelling.misspelt(["right", "rihgt", "!right"]) == {"rihgt", "!right"}
        assert await spelling.misspelt(["rightly", "wrng"]) == {"wrng"}
    finally:
        await spelling.close()


async def test_without_a_dictionary_nothing_is_wrong() -> None:
    assert await Spelling(dictionary="").misspelt(["xyzzy"]) == frozenset()


async def test_a_program_that_is_not_there_or_ends_at_once_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoDictionary, match="Neither"):
        await Spelling(dictionary="en").misspelt(["word"])
    (tmp_path / "hunspell").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "hunspell").chmod(0o755)
    assert shutil.which("hunspell") is not None
    with pytest.raises(NoDictionary, match="cannot be asked"):
        await Spelling(dictionary="en").misspelt(["word"])
