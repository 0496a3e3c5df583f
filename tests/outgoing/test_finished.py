"""What other programs finished goes out as it is: what is added, what is taken out, and that the rest stays."""

from __future__ import annotations

import email
import email.policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.model.errors import BadInput
from linksec_tui.outgoing.finished import (
    MAX_HEADER,
    Finish,
    needs_smtputf8_header,
    own_message_id,
    render_finished,
)

NEEDED = (
    ("From", "Alice <alice@home.example>"),
    ("To", "undisclosed-recipients:;"),
    ("Date", "Fri, 02 Jan 2026 03:04:05 +0000"),
    ("Message-ID", "<new@home.example>"),
)
FINISH = Finish(missing=NEEDED, extra=(("Link-Security", "require=enforced"),))
# RFC 3156 §5: what is between the boundaries is signed, trailing blanks and long lines included
SIGNED = b"""--sig
Content-Type: text/plain; charset=us-ascii

  Every octet\tcounts:  \x20
From here on too.
-- \x20
--sig
Content-Type: application/pgp-signature; name="signature.asc"

-----BEGIN PGP SIGNATURE-----
--sig--
"""
# git format-patch 2.39 of a commit in a file with a blank at the end of a line
PATCH = b"""From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001
From: Alice <alice@home.example>
To: list@club.example
Cc: bob@bank.example,
 carol@university.example
Bcc: dave@shop.example
Subject: [PATCH] Indent
Date: Thu, 1 Jan 2026 00:00:00 +0000
Message-Id: <20260101-1-alice@home.example>
X-Mailer: git-send-email 2.39.5
Link-Security: require=any
TLS-Required: No

 unchanged
-	before \x20
+    after
"""


def crlf(text: bytes) -> bytes:
    return text.replace(b"\n", b"\r\n")


def test_a_patch_keeps_its_header_and_every_blank() -> None:
    sent = render_finished(PATCH, FINISH)
    header, _, body = sent.partition(b"\r\n\r\n")
    assert body == crlf(PATCH.partition(b"\n\n")[2])
    assert header.splitlines() == [
        b"From: Alice <alice@home.example>",
        b"To: list@club.example",
        b"Cc: bob@bank.example,",
        b" carol@university.example",
        b"Subject: [PATCH] Indent",
        b"Date: Thu, 1 Jan 2026 00:00:00 +0000",
        b"Message-Id: <20260101-1-alice@home.example>",
        b"X-Mailer: git-send-email 2.39.5",
        b"Link-Security: require=enforced",
    ]
    assert own_message_id(PATCH) == "<20260101-1-alice@home.example>"


def test_our_own_copy_keeps_who_was_written_to_blindly() -> None:
    assert b"\r\nBcc: dave@shop.example\r\n" in render_finished(PATCH, Finish(missing=NEEDED, blind=True))


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_what_is_signed_is_not_touched(end: bytes) -> None:
    raw = b'From: alice@home.example\nContent-Type: multipart/signed; boundary="sig"\n\n' + SIGNED
    sent = render_finished(raw.replace(b"\n", end), FINISH)
    assert sent.endswith(crlf(SIGNED))
    assert sent.count(b"MIME-Version") == 1


def test_what_is_missing_is_added_and_nothing_twice() -> None:
    message = email.message_from_bytes(render_finished(b"Subject: Hi\n\nHello\n", FINISH), policy=email.policy.default)
    assert {name: str(message[name]) for name, _ in NEEDED} == dict(NEEDED)
    assert message["MIME-Version"] is None  # RFC 5322 alone says all of it
    assert message.get_content() == "Hello\r\n"


def test_who_is_copied_only_needs_no_to() -> None:
    assert b"undisclosed" not in render_finished(b"Cc: bob@bank.example\n\nx\n", FINISH)
    assert b"To: undisclosed" in render_finished(b"Bcc: bob@bank.example\n\nx\n", FINISH)


@pytest.mark.parametrize(
    ("body", "charset", "text"), [("Grüße\n".encode(), "utf-8", "Grüße\r\n"), (b"Gr\xfc\n", "unknown-8bit", None)]
)
def test_a_text_of_eight_bits_says_what_it_is(body: bytes, charset: str, text: str | None) -> None:
    sent = render_finished(b"Subject: x\n\n" + body, FINISH)
    message = email.message_from_bytes(sent, policy=email.policy.default)
    assert (message.get_content_charset(), message["Content-Transfer-Encoding"]) == (charset, "8bit")
    assert text is None or message.get_content() == text


def test_letters_beyond_ascii_in_the_header_become_encoded_words() -> None:
    raw = "From: Ålice <alice@home.example>\nTo: Bøb <b@bank.example>, c@bank.example\nSubject: Grüße\n\nx\n".encode()
    sent = render_finished(raw, FINISH)
    message = email.message_from_bytes(sent, policy=email.policy.default)
    assert (str(message["From"]), str(message["Subject"])) == ("Ålice <alice@home.example>", "Grüße")
    assert str(message["To"]) == "Bøb <b@bank.example>, c@bank.example"
    assert not needs_smtputf8_header(sent)


def test_an_address_beyond_ascii_stays_and_asks_for_smtputf8() -> None:
    sent = render_finished("To: Jörg <jörg@bank.example>\n\nx\n".encode(), FINISH)
    assert "<jörg@bank.example>" in sent.decode()
    assert needs_smtputf8_header(sent)


@pytest.mark.parametrize(
    ("raw", "said"), [(b"Subject: x\n\na\0b\n", "zero"), (b"X: y\n" * (MAX_HEADER // 4) + b"\nx\n", "too long")]
)
def test_what_mail_cannot_carry_is_refused(raw: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        render_finished(raw, FINISH)


@given(st.binary(max_size=300).filter(lambda raw: b"\0" not in raw))
def test_whatever_comes_no_line_end_is_alone_and_no_tag_but_ours_gets_out(tail: bytes) -> None:
    sent = render_finished(b"Subject: x\nLink-Security: require=any\n" + tail, FINISH)
    assert b"\n" not in sent.replace(b"\r\n", b"")
    assert b"\r" not in sent.replace(b"\r\n", b"")
    header = sent.partition(b"\r\n\r\n")[0].lower()
    assert header.count(b"\r\nlink-security:") == 1
    assert b"\r\nbcc:" not in header
