"""`inspect`: the contract's fields, every kind of file, and not one question to anybody unless it is asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.shell import Shell
from tests.incoming.signed import RFC8463

BOUNCES = Path(__file__).parents[1] / "cases" / "bounces"
MESSAGE = b"""\
Received: from mx.home.example (mx.home.example [10.0.0.2]) by imap.home.example with LMTPS id 3;
 Sat, 21 Nov 2026 10:00:07 +0000
Authentication-Results: mx.home.example; dkim=pass header.d=shop.example header.s=s1;
 dmarc=pass header.from=shop.example; spf=pass smtp.mailfrom=bounce@shop.example
Received: from out.shop.example (out.shop.example [192.0.2.7])
 (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))
 by mx.home.example (Postfix) with ESMTPS id 2; Sat, 21 Nov 2026 10:00:05 +0000
Received: from desk (desk [192.0.2.8]) by out.shop.example with ESMTP id 1; Sat, 21 Nov 2026 10:00:00 +0000
From: Shop <news@shop.example>
Reply-To: x@evil.example
Subject: A letter

Hello.
"""

CLAIMED = (
    "  Before that, if the sender's side tells the truth, the weakest stretch was desk to out.shop.example,"
    " without encryption: anybody on that stretch could read it."
)


def documents(shell: Shell, *words: str, stdin: bytes = b"") -> list[Any]:
    ended = shell("inspect", "--json", *words, stdin=stdin)
    assert (ended.status, ended.err) == (0, "")
    return json.loads(ended.out)


def test_the_document_is_the_contracts(shell: Shell) -> None:
    (found,) = documents(shell.without_account(), "--authserv-id", "MX.home.example", "-", stdin=MESSAGE)
    headlines = found.pop("weakest")
    sender = found.pop("sender")
    assert found == {
        "file": "-",
        "hops": [
            {
                "from": "mx.home.example", "by": "imap.home.example", "with": "LMTPS", "tls": True, "tls_version": None,
                "cipher": None, "at": "2026-11-21T10:00:07Z", "delay_s": 2, "trusted": False, "internal": True,
                "protection": "encrypted",
            },
            {
                "from": "out.shop.example", "by": "mx.home.example", "with": "ESMTPS", "tls": True,
                "tls_version": "TLSv1.3", "cipher": "TLS_AES_256_GCM_SHA384", "at": "2026-11-21T10:00:05Z",
                "delay_s": 5, "trusted": False, "internal": False, "protection": "encrypted",
            },
            {
                "from": "desk", "by": "out.shop.example", "with": "ESMTP", "tls": False, "tls_version": None,
                "cipher": None, "at": "2026-11-21T10:00:00Z", "delay_s": None, "trusted": False, "internal": False,
                "protection": "clear",
            },
        ],
        "warnings": [{"code": "reply-to-differs", "text": "An answer would go elsewhere: to x@evil.example."}],
    }  # fmt: skip
    assert headlines.keys() == {"trusted", "claimed"}
    assert (sender["from"], sender["state"], sender["authserv_id"]) == ("news@shop.example", "unverified", None)


def test_with_an_account_its_own_servers_are_believed(shell: Shell) -> None:
    (found,) = documents(shell, "--authserv-id", "mx.home.example", "-", stdin=MESSAGE)
    assert [hop["trusted"] for hop in found["hops"]] == [True, True, False]
    assert found["weakest"]["trusted"].startswith("Your provider's servers took it from out.shop.example over TLS 1.3")
    assert "without encryption" in found["weakest"]["claimed"]
    assert found["sender"] == {
        "from": "news@shop.example", "name": "Shop", "domain": "shop.example", "state": "verified",
        "headline": "shop.example vouches for it; your provider checked it.",
        "dkim": [
            {
                "domain": "shop.example", "selector": "s1", "result": "pass", "checked_by": "provider", "aligned": True,
                "reason": None,
            }
        ],
        "spf": "pass", "dmarc": "pass", "authserv_id": "mx.home.example", "checked_at": None, "problem": None,
    }  # fmt: skip


def test_the_configured_name_is_believed_and_no_other(shell: Shell) -> None:
    unnamed = shell.changed('authserv_id = "mx.home.example"\n', "")
    assert documents(shell, "-", stdin=MESSAGE)[0]["sender"]["state"] == "verified"
    assert documents(unnamed, "-", stdin=MESSAGE)[0]["sender"]["state"] == "unverified"
    assert documents(shell, "--authserv-id", "other.example", "-", stdin=MESSAGE)[0]["sender"]["state"] == "unverified"


def test_people_are_told_the_same_in_lines(shell: Shell) -> None:
    ended = shell("inspect", "--authserv-id", "mx.home.example", "-", stdin=MESSAGE)
    assert ended.status == 0
    assert ended.out.splitlines() == [
        "-",
        "  From Shop <news@shop.example>",
        "  Sender verified: shop.example vouches for it; your provider checked it.",
        "  ! An answer would go elsewhere: to x@evil.example.",
        "  · DKIM signature of shop.example: pass",
        "  · SPF pass, DMARC pass, by mx.home.example",
        "",
        "  Your provider's servers took it from out.shop.example over TLS 1.3: someone tapping the wire saw noise.",
        CLAIMED,
        "",
        "  What your provider says:",
        "    imap.home.example from mx.home.example: inside (LMTPS, after 2 s)",
        "    mx.home.example from out.shop.example: TLS (ESMTPS, TLS 1.3, TLS_AES_256_GCM_SHA384, after 5 s)",
        "",
        "  What the sender's side says, which anybody can write:",
        "    out.shop.example from desk: without encryption (ESMTP)",
    ]


def test_a_question_is_asked_only_where_it_is_asked_for(shell: Shell) -> None:
    (offline,) = documents(shell, "-", stdin=RFC8463)
    assert [check["result"] for check in offline["sender"]["dkim"]] == ["unchecked", "unchecked"]
    assert offline["sender"]["checked_at"] is None
    (asked,) = documents(shell.without_account(), "--lookups", "-", stdin=RFC8463)
    assert asked["sender"]["checked_at"] is not None
    assert [check["result"] for check in asked["sender"]["dkim"]] == ["temperror", "temperror"]  # not in that world
    assert asked["sender"]["problem"].startswith("Not everything could be looked up")


def test_no_recorded_report_is_too_odd(shell: Shell) -> None:
    files = sorted(map(str, BOUNCES.rglob("*.eml")))
    found = documents(shell.without_account(), *files)
    assert [each["file"] for each in found] == files
    assert {each["sender"]["state"] for each in found} == {"unverified"}


@pytest.mark.parametrize(
    "message",
    [
        b"From: \x1b]0;x\x07\x9b31m <a@b>\r\n\r\n",
        b"From: a@b\r\n" + b"Received: from x by y; z\r\n" * 3000,
        b"From: " + b"(" * 50_000,
        b"Received: \x00\x00\r\nFrom: \xff\xfe\r\n\r\n",
        b"Authentication-Results: ;;;;\r\nDKIM-Signature: v=1\r\nFrom:\r\n\r\n",
        b"A: b",
    ],
)
def test_a_hostile_message_is_told_as_far_as_it_goes(shell: Shell, message: bytes) -> None:
    bare = shell.without_account()
    plain = bare("inspect", "-", stdin=message)
    assert plain.status == 0
    assert not {character for character in plain.out if ord(character) < 32} - {"\n"}
    documents(bare, "-", stdin=message)


@pytest.mark.parametrize("content", [b"", b"\r\n\r\nonly a text", b"\x00\x01\x02"])
def test_what_is_no_message_is_said_and_the_others_are_told(shell: Shell, tmp_path: Path, content: bytes) -> None:
    good, bad = tmp_path / "good.eml", tmp_path / "bad.eml"
    good.write_bytes(MESSAGE)
    bad.write_bytes(content)
    ended = shell.without_account()("inspect", "--json", str(bad), str(good), str(tmp_path / "missing.eml"))
    assert ended.status == 65
    assert [each["file"] for each in json.loads(ended.out)] == [str(good)]
    assert "is not a mail message" in ended.err
    assert "cannot be read" in ended.err
