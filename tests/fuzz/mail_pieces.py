"""Messages made of the pieces that parsers stumble over: fragments of mail, in any order and any number."""

from __future__ import annotations

from hypothesis import strategies as st

ESCAPES = (
    "\x1b[2J",
    "\x1b]0;PWN\x07",
    "\x9b31m",
    "\x1bP+q\x1b\\",
    "\u202e",
    "\u2066",
    "\u200b",
    "\x00",
    "\r",
    "\x08",
    "\u2028",
)
HEADERS = (
    "Content-Type: multipart/mixed; boundary=b\n",
    'Content-Type: multipart/alternative; boundary="b"\n',
    "Content-Type: message/rfc822\n",
    "Content-Type: text/html; charset=utf-8\n",
    "Content-Type: text/calendar\n",
    "Content-Type: text/plain; format=flowed; delsp=yes\n",
    "Content-Type: multipart/signed; boundary=c\n",
    "Content-Type: text/plain; charset=iso-2022-jp\n",
    "Content-Type: text/plain; charset=utf-16\n",
    "Content-Type: ;;;=\n",
    "Content-Transfer-Encoding: base64\n",
    "Content-Transfer-Encoding: quoted-printable\n",
    "Content-Type: image/png\n",
    "Content-Disposition: attachment; filename*0*=utf-8''%1b%5d; filename*1=../../x\n",
    "Subject: =?utf-8?q?=1B=5B?=\n",
    'From: "a" <b@c>, (((\n',
    "To: =?x?q?y?= <<>>\n",
    "Date: 99 Foo 99999 99:99\n",
    " folded\n",
    "Subject: \n",
    "List-Unsubscribe: <mailto:x@y?subject=%0d%0aBcc:z@w>\n",
    "Disposition-Notification-To: <x@y>\n",
    "\n",
    "\n\n",
)
BODIES = (
    "--b\n",
    "--b--\n",
    "--c\n",
    "--c--\n",
    "> quoted\n",
    ">> more \n",
    "-- \n",
    "begin 644 x\n#86)C\n`\nend\n",
    "<div style=display:none>",
    "<table><tr><td>",
    "</table>",
    '<a href="http://x@y">z</a>',
    "<blockquote>",
    "</blockquote>",
    "<ul><li>",
    "<img src=//t>",
    "<pre>",
    "&#27;[2J",
    "&#x202e;",
    "<!--",
    "<style>",
    "</style>",
    "<a href='javascript:x'>",
    "BEGIN:VCALENDAR\nBEGIN:VEVENT\n",
    "DTSTART;TZID=Europe/Berlin:20260101T000000\n",
    "RRULE:FREQ=\n",
    "END:VEVENT\nEND:VCALENDAR\n",
    "=1B=5D",
    "G1tdMDs=",
    "\u65e5\u672c\u8a9e",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "words and words ",
    "https://a.example/x ",
    "-----Original Message-----\n",
    "-----BEGIN PGP MESSAGE-----\n",
    "\x1b$B",
    "\t",
    " ",
)

octets = st.one_of(
    st.sampled_from([piece.encode("utf-8", "replace") for piece in (*HEADERS, *BODIES, *ESCAPES)]),
    st.binary(max_size=20),
)


def _message(head: list[bytes], body: list[bytes]) -> bytes:
    return b"".join(head) + b"\n" + b"".join(body)


messages = st.builds(
    _message,
    st.lists(st.sampled_from([piece.encode() for piece in HEADERS]), max_size=8),
    st.lists(octets, max_size=60),
)
pages = st.lists(st.one_of(st.sampled_from((*BODIES, *ESCAPES)), st.text(max_size=10)), max_size=80).map("".join)
received = st.lists(
    st.one_of(
        st.sampled_from(
            (
                "from ",
                "by ",
                "with ESMTPS ",
                "id x ",
                "for <a@b>",
                "; ",
                "(",
                ")",
                "[192.0.2.1]",
                "mx.a.example ",
                "version=TLS1_3 ",
                "cipher=",
                "Sat, 21 Nov 2026 10:00:00 +0000",
                "\\",
                '"',
                "using TLSv1.3 ",
                "IPv6:::1",
                *ESCAPES,
            )
        ),
        st.text(max_size=8),
    ),
    max_size=40,
).map("".join)
results = st.lists(
    st.one_of(
        st.sampled_from(
            (
                "mx.a.example",
                "; ",
                "dkim=pass ",
                "spf=fail ",
                "dmarc=pass ",
                "header.d=a.example ",
                "header.from=",
                "(",
                ")",
                "\\",
                '"',
                "1; ",
                "none",
                "reason=",
                "policy.x=",
                *ESCAPES,
            )
        ),
        st.text(max_size=8),
    ),
    max_size=40,
).map("".join)
