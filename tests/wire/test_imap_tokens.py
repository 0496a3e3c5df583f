"""IMAP's grammar, written and read; hostile responses fail as ValueError and as nothing else."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linksec_tui.wire.imap_tokens import (
    MAX_DEPTH,
    MAX_TOKENS,
    Literal,
    Response,
    Token,
    astring,
    parse_tokens,
    render_command,
    uid_set,
)

ATOMS = st.from_regex(rb"[A-Za-z0-9\\$.*_+-]{1,20}", fullmatch=True).filter(lambda atom: atom.upper() != b"NIL")
TREES = st.recursive(st.binary(max_size=30) | st.none(), lambda inner: st.lists(inner, max_size=4), max_leaves=20)


def render_response(tokens: list[Token]) -> Response:
    """As servers write it: literals for whatever quotes cannot hold."""
    pieces: Response = [b""]
    for token in tokens:
        pieces[-1] += b" " if pieces[-1] and not pieces[-1].endswith(b"(") else b""
        match token:
            case None:
                pieces[-1] += b"NIL"
            case list():
                inner = render_response(token)
                pieces[-1] += b"(" + inner[0]
                pieces.extend(inner[1:])
                pieces[-1] += b")"
            case bytes() if b"\r" in token or b"\n" in token or len(token) > 20:
                pieces[-1] += b"{%d}" % len(token)
                pieces.extend([token, b""])
            case bytes():
                pieces[-1] += b'"' + token.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
    return pieces


@given(st.lists(TREES, max_size=5))
def test_what_is_written_is_read_again(tokens: list[Token]) -> None:
    assert parse_tokens(render_response(tokens)) == tokens


@given(ATOMS)
def test_an_atom_is_its_text(atom: bytes) -> None:
    assert parse_tokens([b"* " + atom]) == [b"*", atom]


@given(st.lists(st.binary(max_size=60) | st.text(alphabet='(){}"\\ NIL BODY[]<0>1~\t').map(str.encode), max_size=4))
def test_hostile_responses_fail_in_one_way_only(response: Response) -> None:
    with suppress(ValueError):
        parse_tokens(response)


def test_a_section_is_one_token_with_its_blanks() -> None:
    response = [b"1 FETCH (BODY[HEADER.FIELDS (FROM TO)]<0> {3}", b"a) ", b" UID 7 FLAGS (\\Seen NIL))"]
    assert parse_tokens(response) == [
        *(b"1", b"FETCH"),
        [b"BODY[HEADER.FIELDS (FROM TO)]<0>", b"a) ", b"UID", b"7", b"FLAGS", [b"\\Seen", None]],
    ]


def test_a_quoted_nil_is_text() -> None:
    assert parse_tokens([b'NIL nil "NIL"']) == [None, None, b"NIL"]


@pytest.mark.parametrize(
    "response",
    [
        [b"("],
        [b")"],
        [b'"open'],
        [b"{3}"],
        [b"(" * (MAX_DEPTH + 1) + b")" * (MAX_DEPTH + 1)],
        [b"()" * MAX_TOKENS],
        [b"a\x00b"],
        [b"{3} x", b"abc"],
    ],
)
def test_what_is_no_response_is_refused(response: Response) -> None:
    with pytest.raises(ValueError):
        parse_tokens(response)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("piece", [b"()", b"BODY[ ", b'"" ', b"[", b'"\\\\'])
def test_a_line_of_a_megabyte_takes_no_time(piece: bytes) -> None:
    with suppress(ValueError):
        parse_tokens([piece * ((1 << 20) // len(piece))])


@pytest.mark.parametrize(
    ("text", "argument"),
    [
        ("INBOX", "INBOX"),
        ("two words", '"two words"'),
        ('a "b" \\', '"a \\"b\\" \\\\"'),
        ("", '""'),
        ("nil", '"nil"'),
        ("INBOX*", '"INBOX*"'),
        ("grün", Literal("grün".encode())),
        ("a\r\nb", Literal(b"a\r\nb")),
    ],
)
def test_an_argument_stands_on_the_line_as_safely_as_it_can(text: str, argument: str | Literal) -> None:
    assert astring(text) == argument


def test_nul_cannot_be_sent_at_all() -> None:
    with pytest.raises(ValueError):
        astring("a\0b")


def test_a_literal_waits_for_the_servers_word() -> None:
    pieces = render_command(["LOGIN", Literal(b"\xc3\xa4"), Literal(b"\r\n"), "x"])
    assert [b"".join(piece) for piece in pieces] == [
        b"LOGIN {2}\r\n",
        b"\xc3\xa4 {2}\r\n",
        b"\r\n x\r\n",
    ]


@pytest.mark.parametrize("argument", ["a\r\nB2 LOGOUT", "a\nb", "a\0b", "grün"])
def test_a_bare_argument_cannot_begin_another_command(argument: str) -> None:
    with pytest.raises(ValueError):
        render_command(["SELECT", argument])


@given(st.sets(st.integers(1, 200)))
def test_a_set_of_numbers_names_exactly_those(numbers: set[int]) -> None:
    named: set[int] = set()
    for part in filter(None, uid_set(numbers).split(",")):
        first, _, last = part.partition(":")
        named.update(range(int(first), int(last or first) + 1))
    assert named == numbers
