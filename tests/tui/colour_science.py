"""How people see colours: contrast (WCAG 2.2), distance (CIEDE2000), and a colour as it is without one kind of cone.

CIE 15:2018 for CIELAB under D65; CIE 142-2001 with the formulas of Sharma, Wu and Dalal (2005) for the distance;
Machado, Oliveira and Fernandes (2009), severity 1.0, for protanopia, deuteranopia and tritanopia.
"""

from __future__ import annotations

import math
from enum import Enum

Triple = tuple[float, float, float]
Matrix = tuple[Triple, Triple, Triple]


class Vision(Enum):
    """Who looks; the matrix applies to linear RGB."""

    COMMON = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    PROTANOPIA = (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998),
    )  # fmt: skip
    DEUTERANOPIA = (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881),
    )  # fmt: skip
    TRITANOPIA = (
        (1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900),
    )  # fmt: skip


def parse(colour: str) -> Triple:
    """`#rrggbb` → linear RGB (IEC 61966-2-1)."""
    return tuple(_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))  # pyright: ignore[reportReturnType]


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio of the relative luminances."""
    lighter, darker = sorted((_luminance(parse(one)), _luminance(parse(other))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def distance(one: str, other: str, vision: Vision) -> float:
    """CIEDE2000 of two colours as `vision` sees them."""
    return ciede2000(lab(seen(parse(one), vision)), lab(seen(parse(other), vision)))


def seen(colour: Triple, vision: Vision) -> Triple:
    matrix: Matrix = vision.value
    return tuple(min(max(sum(m * c for m, c in zip(row, colour, strict=True)), 0.0), 1.0) for row in matrix)  # pyright: ignore[reportReturnType]


def lab(colour: Triple) -> Triple:
    """Linear sRGB → CIELAB, D65, 2° observer."""
    red, green, blue = colour
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    fx, fy, fz = (_cube_root(value) for value in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def ciede2000(one: Triple, other: Triple) -> float:
    """The colour difference of two CIELAB values, all weights 1."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean_chroma = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 0.5 * (1 - math.sqrt(mean_chroma**7 / (mean_chroma**7 + 25**7)))
    a1, a2 = a1 * (1 + g), a2 * (1 + g)
    c1, c2, h1, h2 = math.hypot(a1, b1), math.hypot(a2, b2), _hue(a1, b1), _hue(a2, b2)
    turn = _turn(h1, h2) if c1 * c2 else 0.0
    dl, dc, dh = l2 - l1, c2 - c1, 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn) / 2)
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    hue = _mean_hue(h1, h2) if c1 * c2 else h1 + h2
    t = (
        1 - 0.17 * _cos(hue - 30) + 0.24 * _cos(2 * hue) + 0.32 * _cos(3 * hue + 6) - 0.20 * _cos(4 * hue - 63)
    )  # fmt: skip
    sl = 1 + 0.015 * (lightness - 50) ** 2 / math.sqrt(20 + (lightness - 50) ** 2)
    sc, sh = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    rotation = 60 * math.exp(-(((hue - 275) / 25) ** 2))
    rt = -2 * math.sqrt(chroma**7 / (chroma**7 + 25**7)) * math.sin(math.radians(rotation))
    return math.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * (dc / sc) * (dh / sh))


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _luminance(colour: Triple) -> float:
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def _cube_root(value: float) -> float:
    return value ** (1 / 3) if value > (6 / 29) ** 3 else value / (3 * (6 / 29) ** 2) + 4 / 29


def _hue(a: float, b: float) -> float:
    return math.degrees(math.atan2(b, a)) % 360 if a or b else 0.0


def _turn(h1: float, h2: float) -> float:
    """From one hue to another, the short way."""
    turn = h2 - h1
    return turn - 360 if turn > 180 else turn + 360 if turn < -180 else turn


def _mean_hue(h1: float, h2: float) -> float:
    if abs(h1 - h2) <= 180:
        return (h1 + h2) / 2
    return (h1 + h2 + 360) / 2 if h1 + h2 < 360 else (h1 + h2 - 360) / 2


def _cos(degrees: float) -> float:
    return math.cos(math.radians(degrees))
