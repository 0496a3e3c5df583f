"""Untrusted text → text that a terminal may show.

Mail is hostile input: an escape sequence in a subject can rename the window, draw a false badge or write the
clipboard, a bidirectional control can turn an address round (Unicode TR 36 §2.5). Everything that came from
outside passes here where it is parsed.
"""

from __future__ import annotations

import re

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# The badges' glyphs, which a display name may not borrow ("● Link-secure").
BADGE_GLYPHS = "✕○◔◑◕●"

# Signs by which people say that something is checked or safe: a name must not say it of itself.
SAFETY_SIGNS = "✓✔☑✅🔒🔏🔐🛡"

_CONTROLS = [*range(0x20), *range(0x7F, 0xA0)]
_INVISIBLE = [
    0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0x3164, 0xFEFF, 0xFFA0,
    *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070),
    *range(0xFFF0, 0xFFFC), *range(0xD800, 0xE000), *range(0xE0000, 0xE0080),
]  # fmt: skip

# Of them, those that steer nothing: soft hyphens, joiners, what newsletters pad their previews with.
_WIDTHLESS = [0xAD, 0x34F, 0x61C, 0x115F, 0x17B4, 0x17B5, 0x180E, *range(0x200B, 0x2010), 0x2060, 0xFEFF]

# Persian and Indic words are written with joiners, and one picture of several people; in ASCII they only hide words.
_JOINERS = re.compile("(?<=[^\x00-\x7f])[\u200c\u200d]+(?=[^\x00-\x7f])")

_LINE = {
    **dict.fromkeys(_CONTROLS, REPLACEMENT),
    **dict.fromkeys(_INVISIBLE, REPLACEMENT),
    ord("\t"): " ",
    ord("\n"): " ",
    ord("\r"): " ",
}
_TEXT = {**_LINE, ord("\t"): "    ", ord("\n"): "\n", ord("\r"): None}
_BODY = {**_TEXT, **dict.fromkeys(_WIDTHLESS)}
_NAME = {**_LINE, **dict.fromkeys(map(ord, BADGE_GLYPHS + SAFETY_SIGNS), "·")}


def visible(text: str) -> str:
    """`text` on one line, every control, bidirectional or invisible character replaced by a visible mark."""
    return text if text.isascii() and text.isprintable() else text.translate(_LINE)


def visible_text(text: str) -> str:
    """As `visible`, for a body: line feeds stay, tabs become four blanks, carriage returns go."""
    return text.translate(_TEXT)


def visible_words(text: str) -> str:
    """As `visible`, for what people write in a line: joiners between letters and pictures beyond ASCII go."""
    return visible(text if text.isascii() else _JOINERS.sub("", text))


def visible_body(text: str) -> str:
    """As `visible_text`, for reading: what has no width and steers nothing goes, where its place says nothing."""
    return text.translate(_BODY)


def has_width(text: str) -> bool:
    """Is there anything in it that takes room?"""
    return bool(visible_body(text).strip())


def visible_name(text: str) -> str:
    """As `visible`, for foreign text beside a badge or a mark: badges' glyphs and signs of safety are replaced too."""
    return text if text.isascii() and text.isprintable() else text.translate(_NAME)
