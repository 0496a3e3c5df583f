"""The sequences with which a terminal that can is told to draw pixels: Kitty's graphics protocol, and Sixel.

With Kitty's a picture is handed over once and stands wherever its placeholders are written, which are letters like
others (https://sw.kovidgoyal.net/kitty/graphics-protocol/#unicode-placeholders). Sixel (DEC STD 070) is drawn at the
cursor and stays until something is written over it.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

PIECE = 4096  # letters of one of Kitty's sequences at most
PLACEHOLDER = "\U0010eeee"

# Kitty's rowcolumn-diacritics.txt: what stands above a placeholder says which row and which column it is.
_RANGES = (
    "305 30d-30e 310 312 33d-33f 346 34a-34c 350-352 357 35b 363-36f 483-487 592-595 597-599 59c-5a1 5a8-5a9 "
    "5ab-5ac 5af 5c4 610-617 657-65b 65d-65e 6d6-6dc 6df-6e2 6e4 6e7-6e8 6eb-6ec 730 732-733 735-736 73a 73d "
    "73f-741 743 745 747 749-74a 7eb-7f1 7f3 816-819 81b-823 825-827 829-82d 951 953-954 f82-f83 f86-f87 135d-135f "
    "17dd 193a 1a17 1a75-1a7c 1b6b 1b6d-1b73 1cd0-1cd2 1cda-1cdb 1ce0 1dc0-1dc1 1dc3-1dc9 1dcb-1dcc 1dd1-1de6 1dfe "
    "20d0-20d1 20d4-20d7 20db-20dc 20e1 20e7 20e9 20f0 2cef-2cf1 2de0-2dff a66f a67c-a67d a6f0-a6f1 a8e0-a8f1 aab0 "
    "aab2-aab3 aab7-aab8 aabe-aabf aac1 fe20-fe26 10a0f 10a38 1d185-1d189 1d1aa-1d1ad 1d242-1d244"
)


def _letters() -> Iterator[str]:
    for each in _RANGES.split():
        first, _, last = each.partition("-")
        yield from map(chr, range(int(first, 16), int(last or first, 16) + 1))


NUMBERS = "".join(_letters())


def kitty_picture(ident: int, png: bytes, columns: int, lines: int) -> str:
    """Hand over a picture, to be shown in so many cells wherever its placeholders stand; no answer is wanted."""
    letters = b64encode(png).decode("ascii")
    pieces = [letters[at : at + PIECE] for at in range(0, len(letters), PIECE)]
    sequences = [
        f"\x1b_Ga=T,U=1,q=2,f=100,t=d,i={ident},c={columns},r={lines},m={int(len(pieces) > 1)};{pieces[0]}\x1b\\"
    ]
    sequences += [f"\x1b_Gq=2,m=1;{piece}\x1b\\" for piece in pieces[1:-1]]
    sequences += [f"\x1b_Gq=2,m=0;{piece}\x1b\\" for piece in pieces[-1:] if len(pieces) > 1]
    return "".join(sequences)


def kitty_gone(ident: int) -> str:
    """The terminal may forget it."""
    return f"\x1b_Ga=d,d=I,i={ident},q=2\x1b\\"


def kitty_row(row: int, columns: int) -> str:
    """The placeholders of one line."""
    return "".join(f"{PLACEHOLDER}{NUMBERS[row]}{NUMBERS[column]}" for column in range(columns))


def sixel_picture(body: bytes, column: int, line: int) -> str:
    """Draw there, counted from 0; the cursor stays where it is, and what is not drawn stays as it is."""
    return f"\x1b7\x1b[{line + 1};{column + 1}H\x1bP0;1;0q{body.decode('ascii')}\x1b\\\x1b8"
