"""The mailbox without a screen: `sync`, `list`, `read`, `search`, `save`, `import` in the embedded mail world."""

from __future__ import annotations

import json
import mailbox
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import Ended, Shell


def results(ended: Ended) -> list[dict[str, Any]]:
    assert ended.status == 0, ended.err
    return json.loads(ended.out)["results"]


@pytest.fixture
def synced(shell: Shell) -> Shell:
    ended = shell("sync")
    assert (ended.status, ended.out, ended.err) == (0, "", "")
    return shell


def test_what_was_fetched_is_listed_and_read_by_its_name(synced: Shell) -> None:
    messages = results(synced("list", "--json", "--limit", "20"))
    first = messages[0]
    assert [each["date"] for each in messages] == sorted((each["date"] for each in messages), reverse=True)
    assert {"id", "mailbox", "uid", "message_id", "from", "subject", "date"} <= first.keys()
    listed = synced("list", "--limit", "1").out
    assert listed.startswith(f"{first['id']}  ")
    assert first["subject"] in listed
    told = synced("read", first["id"], "--plain", "--keep-unread")
    assert told.status == 0, told.err
    assert f"Subject: {first['subject']}" in told.out
    assert "\nSender: " in told.out
    assert "\nWay: " in told.out
    assert not set(told.out) & set("│─┌└\x1b")
    assert results(synced("list", "--json", "--limit", "1"))[0]["unread"] == first["unread"]
    by_message_id = json.loads(synced("read", first["message_id"], "--json", "--keep-unread").out)
    assert by_message_id["subject"] == first["subject"]
    assert by_message_id["text"]
    assert synced("read", first["id"], "--source", "--keep-unread").out.count("\nReceived: ") >= 0


def test_reading_marks_as_read_unless_that_is_not_wanted(synced: Shell) -> None:
    unread = results(synced("search", "is:unread in:inbox", "--here", "--json"))
    assert unread
    synced("read", unread[0]["id"], "--keep-unread")
    assert unread[0]["id"] in [each["id"] for each in results(synced("search", "is:unread", "--here", "--json"))]
    synced("read", unread[0]["id"])
    assert unread[0]["id"] not in [each["id"] for each in results(synced("search", "is:unread", "--here", "--json"))]


def test_mailboxes_are_told_with_what_is_in_them(synced: Shell) -> None:
    told = {each["role"]: each for each in results(synced("list", "--mailboxes", "--json"))}
    assert told["inbox"]["total"] >= 60
    assert "INBOX (" in synced("list", "--mailboxes").out


def test_a_first_list_fetches_what_there_is(shell: Shell) -> None:
    assert len(results(shell("list", "--json", "--limit", "5"))) == 5


def test_a_first_list_after_a_first_letter_fetches_too(shell: Shell) -> None:
    """Sending has asked for the names of the mailboxes and has filed a copy; the inbox was not read for that."""
    assert shell("send", "bob@bank.example", stdin=b"Subject: First of all\n\nHello.\n").status == 0
    assert len(results(shell("list", "--json", "--limit", "5"))) == 5


def test_a_search_finds_what_only_the_server_has_the_text_of(synced: Shell) -> None:
    """Nothing was read yet, so the store knows headers alone."""
    message = results(synced("list", "--json", "--limit", "1"))[0]
    text = json.loads(synced("read", message["id"], "--json", "--keep-unread").out)["text"]
    word = max(text.split(), key=lambda each: len(each) if each.isalpha() else 0)
    here = {each["id"] for each in results(synced("search", f"body:{word}", "--here", "--json"))}
    everywhere = [each["id"] for each in results(synced("search", f"body:{word}", "--json"))]
    assert message["id"] in here
    assert here <= set(everywhere)
    assert len(everywhere) == len(set(everywhere))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("frm:anna", "There is no frm: to search with. Did you mean from:?"),
        ("is:unred", "is:unred is nothing to search for. Did you mean is:unread?"),
        ("in:inbxo", "Did you mean “INBOX”?"),
        ("()", "There is nothing to search for."),
    ],
)
def test_a_wrong_search_is_said_in_a_line(synced: Shell, query: str, said: str) -> None:
    ended = synced("search", query)
    assert (ended.status, ended.out) == (2, "")
    assert said in ended.err
    assert ended.err.count("\n") == 1


def test_a_name_that_nobody_has_is_said(synced: Shell) -> None:
    ended = synced("read", "1.999999")
    assert ended.status == 65
    assert "There is no message 1.999999 here." in ended.err
    ended = synced("list", "Inbx")
    assert "Did you mean “INBOX”?" in ended.err


def test_offline_what_is_here_is_found_and_the_rest_is_said(synced: Shell) -> None:
    gone = synced.changed("imap = {", 'imap = { host = "127.0.0.9", port = 9 } #')
    ended = gone("search", "xyzzyfoo")
    assert ended.status == 75
    assert "was not searched, only what is here" in ended.err
    assert gone("list", "--limit", "1").status == 0
    assert gone("sync").status == 75


def test_what_was_done_without_a_network_is_brought_to_the_server_by_the_next_sync(
    synced: Shell, tmp_path: Path
) -> None:
    ident = results(synced("search", "is:unread in:inbox", "--json"))[0]["id"]
    synced("read", ident)
    gone = synced.changed("imap = {", 'imap = { host = "127.0.0.9", port = 9 } #')
    ended = gone("sync")
    assert ended.status == 75
    assert "1 change waits for the server." in ended.err
    assert synced("sync").status == 0
    elsewhere = synced.changed(f"{tmp_path}/state", f"{tmp_path}/another")
    assert elsewhere("sync").status == 0
    mail = {each["message_id"]: each for each in results(elsewhere("list", "--json", "--limit", "100"))}
    read = json.loads(synced("read", ident, "--json").out)
    assert mail[read["message_id"]]["unread"] is False


def test_messages_are_saved_and_come_back_as_they_were(synced: Shell, tmp_path: Path) -> None:
    target = tmp_path / "letters.mbox"
    wanted = results(synced("list", "--json", "--limit", "3"))
    ended = synced("save", *(each["id"] for each in wanted), "--to", str(target))
    assert (ended.status, ended.out) == (0, f"3 messages saved to {target}.\n"), ended.err
    kept = mailbox.mbox(target)
    assert {each["Message-ID"] for each in kept} == {each["message_id"] for each in wanted}
    kept.close()
    assert target.stat().st_mode & 0o777 == 0o600
    again = synced("save", wanted[0]["id"], "--to", str(target))
    assert again.status == 65
    assert "exists already" in again.err

    filed = synced("import", str(target), "--into", "archive")
    assert (filed.status, filed.out) == (0, "3 messages filed.\n"), filed.err
    assert synced("import", str(target), "--into", "archive").out == "0 messages filed, 3 were there already.\n"
    there = results(synced("list", "archive", "--json"))
    assert {each["message_id"] for each in wanted} <= {each["message_id"] for each in there}
    copy = next(each for each in there if each["message_id"] == wanted[0]["message_id"])
    assert copy["unread"] is False
    source = synced("read", wanted[0]["id"], "--source").out
    assert synced("read", copy["id"], "--source").out == source


def test_what_is_no_message_is_left_out_and_the_rest_comes_in(synced: Shell, tmp_path: Path) -> None:
    good = tmp_path / "good.eml"
    good.write_bytes(b"From: a@b.example\nSubject: good\nMessage-ID: <good@b.example>\n\nFrom here on\n")
    bad = tmp_path / "bad.eml"
    bad.write_bytes(b"\n\n\n")
    ended = synced("import", str(good), str(bad), "--into", "archive")
    assert ended.status == 65
    assert ended.out == "1 message filed, 1 left out.\n"
    assert "Left out: message 2: no message: it has no header lines." in ended.err
    ended = synced("import", str(tmp_path / "missing.eml"), "--into", "archive")
    assert (ended.status, ended.out) == (65, "")


def test_a_message_that_does_not_say_when_it_was_sent_is_as_old_as_its_file(synced: Shell, tmp_path: Path) -> None:
    undated = tmp_path / "undated.eml"
    undated.write_bytes(b"From: a@b.example\nSubject: undated\n\nx\n")
    when = datetime(2019, 3, 4, 5, 6, 7, tzinfo=UTC)
    os.utime(undated, (when.timestamp(), when.timestamp()))
    assert synced("import", str(undated), "--into", "archive").status == 0
    (there,) = results(synced("search", "subject:undated", "in:archive", "--json"))
    assert datetime.fromisoformat(there["date"]) == when
    assert synced("import", str(undated), "--into", "archive").out == "0 messages filed, 1 was there already.\n"


def test_a_search_is_saved_into_a_directory_a_file_each(synced: Shell, tmp_path: Path) -> None:
    ended = synced("save", "in:inbox", "is:unread", "--to", str(tmp_path))
    assert ended.status == 0, ended.err
    files = list(tmp_path.glob("*.eml"))
    assert ended.out == f"{len(files)} messages saved to {tmp_path}.\n"
    assert files
    assert not list(tmp_path.glob(".*.eml.*"))
