"""Pictures from strangers, decoded in a process of its own: what can be shown, and what is refused in one sentence."""

from __future__ import annotations

import importlib.util
import io
import re
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from linksec_tui.desk.picture import MOST_OCTETS, picture_of
from linksec_tui.model.errors import BadInput
from linksec_tui.model.picture import Canvas, Drawing, Picture

CELLS = Canvas(columns=40, lines=10)
PIXELS = Canvas(columns=40, lines=10, drawing=Drawing.SIXEL, cell_width=10, cell_height=20)
RED, BLUE = (255, 0, 0), (0, 0, 255)


def two_halves(size: tuple[int, int] = (200, 100)) -> Image.Image:
    """Red above, blue below."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (0, size[1] // 2, *size))
    return image


def written(image: Image.Image, kind: str, **options: object) -> bytes:
    octets = io.BytesIO()
    image.save(octets, format=kind, **options)
    return octets.getvalue()


def png_of_size(width: int, height: int, body: bytes = b"") -> bytes:
    """A PNG that declares a size (PNG, third edition §11.2.1)."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def colours(picture: Picture) -> list[tuple[int, ...]]:
    return [tuple(picture.octets[at : at + 3]) for at in range(0, len(picture.octets), 3)]


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) <= 12 for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
async def test_the_four_kinds_of_mail_are_shown(kind: str) -> None:
    picture = await picture_of(written(two_halves(), kind), CELLS)
    assert (picture.kind, picture.width, picture.height, picture.moves, picture.broken) == (
        kind,
        200,
        100,
        False,
        False,
    )
    assert (picture.across, picture.down) == (40, 20)
    every = colours(picture)
    assert near(every[0], RED)
    assert near(every[-1], BLUE)


async def test_a_cell_without_halves_is_one_pixel_and_twice_as_high() -> None:
    canvas = Canvas(columns=40, lines=10, drawing=Drawing.BLANKS, cell_height=1)
    picture = await picture_of(written(two_halves(), "PNG"), canvas)
    assert (picture.across, picture.down) == (40, 10)


async def test_a_photo_that_lies_on_its_side_is_put_upright() -> None:
    exif = Image.Exif()
    exif[274] = 6  # EXIF 2.3 §4.6.4: the top is at the right
    picture = await picture_of(written(two_halves(), "JPEG", exif=exif), CELLS)
    assert picture.down > picture.across
    assert near(colours(picture)[0], BLUE)
    assert near(colours(picture)[picture.across - 1], RED)


async def test_what_is_transparent_has_the_colour_behind_it() -> None:
    canvas = Canvas(columns=4, lines=2, ground=(10, 20, 30))
    picture = await picture_of(written(Image.new("RGBA", (8, 8), (0, 0, 0, 0)), "PNG"), canvas)
    assert set(colours(picture)) == {(10, 20, 30)}


async def test_of_ten_thousand_frames_the_first_is_shown() -> None:
    frames = (Image.new("1", (8, 8), at % 2) for at in range(1, 10_000))
    octets = written(Image.new("1", (8, 8), 0), "GIF", save_all=True, append_images=frames, optimize=False)
    picture = await picture_of(octets, CELLS)
    assert picture.moves
    assert set(colours(picture)) == {(0, 0, 0)}


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
async def test_what_was_cut_off_is_shown_as_far_as_it_goes(kind: str) -> None:
    noise = Image.effect_noise((300, 300), 90).convert("RGB")
    whole = written(noise, kind)
    picture = await picture_of(whole[: len(whole) // 2], CELLS)
    assert picture.broken


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "fifty thousand squared": (lambda: png_of_size(50_000, 50_000), "50000 × 50000 pixels, and is not decoded"),
    "a bomb": (lambda: png_of_size(60_000, 1_000, zlib.compress(bytes(10_000_000), 9)), "60000 × 1000"),
    "a page that calls itself a picture": (lambda: b"<html>\x1b]0;PWN\x07</html>", "no PNG, JPEG, GIF or WebP"),
    "a drawing": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "no PNG, JPEG, GIF or WebP"),
    "another kind that Pillow knows": (lambda: written(two_halves(), "TIFF"), "no PNG, JPEG, GIF or WebP"),
    "nothing": (lambda: b"", "no PNG, JPEG, GIF or WebP"),
    "only a beginning": (lambda: written(two_halves(), "WEBP")[:40], "broken"),
    "too many octets": (lambda: bytes(MOST_OCTETS + 1), "larger than 32 MB"),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_is_hostile_is_refused_in_one_sentence(name: str) -> None:
    made, sentence = HOSTILE[name]
    with pytest.raises(BadInput, match=sentence):
        await picture_of(made(), CELLS)


async def test_a_picture_for_kitty_is_a_file_of_its_own() -> None:
    canvas = Canvas(columns=40, lines=10, drawing=Drawing.KITTY, cell_width=10, cell_height=20)
    picture = await picture_of(written(two_halves((800, 400)), "JPEG"), canvas)
    again = Image.open(io.BytesIO(picture.octets))
    assert (again.format, again.size) == ("PNG", (400, 200))
    assert picture.cells(canvas) == (40, 10)


async def test_sixels_are_the_picture_and_hold_no_control_character() -> None:
    picture = await picture_of(written(two_halves((40, 28)), "PNG"), PIXELS)
    assert not re.search(rb"[^ -~]", picture.octets)
    pixels = sixels(picture.octets.decode("ascii"))
    assert set(pixels) == {(x, y) for x in range(40) for y in range(28)}
    assert {pixels[x, y] for x in range(40) for y in range(14)} == {(100, 0, 0)}
    assert {pixels[x, y] for x in range(40) for y in range(14, 28)} == {(0, 0, 100)}


def sixels(body: str) -> dict[tuple[int, int], tuple[int, ...]]:
    """A reader of Sixel as DEC STD 070 §10.5 describes it; colours in percent."""
    registers: dict[int, tuple[int, ...]] = {}
    pixels: dict[tuple[int, int], tuple[int, ...]] = {}
    x = top = colour = 0
    for sign, numbers, letter in tokens(body):
        match sign:
            case "#":
                values = [int(each) for each in numbers.split(";")]
                colour = values[0]
                if len(values) == 5:
                    registers[colour] = tuple(values[2:])
            case "$":
                x = 0
            case "-":
                x, top = 0, top + 6
            case '"':
                pass
            case _:
                places = [(x + at, top + bit) for at in range(int(numbers or 1)) for bit in range(6)]
                pixels |= {place: registers[colour] for place in places if (ord(letter) - 63) >> place[1] - top & 1}
                x += int(numbers or 1)
    return pixels


def tokens(body: str) -> list[tuple[str, str, str]]:
    found = re.compile(r"([#\"])([\d;]+)|(!)(\d+)([?-~])|([$-])|([?-~])").finditer(body)
    return [(each[1] or each[3] or each[6] or "", each[2] or each[4] or "", each[5] or each[7] or "") for each in found]


async def test_without_pillow_a_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_found(name: str) -> None:
        return None

    monkeypatch.setattr(importlib.util, "find_spec", nothing_found)
    with pytest.raises(BadInput, match=r"pip install 'linksec-tui\[images\]'"):
        await picture_of(written(two_halves(), "PNG"), CELLS)
