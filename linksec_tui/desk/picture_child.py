"""A stranger's picture → a small one: a program of its own, which may not grow, not last, and touch nothing.

It is started by `picture`, reads the picture on standard input and writes one line of JSON, then octets. Decoders are
large programs in C that people attack with pictures: what happens to this one happens to nobody else. It needs Pillow,
and nothing of ours.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

MEMORY = 768 << 20  # octets of address space
SECONDS = 8  # of the processor
FORMATS = ("PNG", "JPEG", "GIF", "WEBP")  # what mail has; never SVG, which is a document with scripts
COLOURS = 256  # registers that a terminal has for Sixel
BAND = 6  # rows of one Sixel line


def main() -> None:
    wish = json.loads(sys.argv[1])
    _confine()
    octets = sys.stdin.buffer.read()
    try:
        told, drawn = _picture(octets, wish)
    except MemoryError:
        told, drawn = {"problem": "memory"}, b""
    except Exception as error:  # noqa: BLE001 - whatever a decoder trips over, the picture is broken
        told, drawn = {"problem": "kind" if type(error).__name__ == "UnidentifiedImageError" else "broken"}, b""
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + drawn)


def _confine() -> None:
    """Before the first octet is read."""
    limits = ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_FSIZE, 0))
    for which, most in (*limits, (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # a Mac does not know all of them
            resource.setrlimit(which, (most, most))
    with suppress(OSError):
        os.nice(5)


def _picture(octets: bytes, wish: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    from PIL import Image, ImageFile  # deferred: under the limits

    Image.MAX_IMAGE_PIXELS = None  # judged here, before anything is decoded
    image = Image.open(io.BytesIO(octets), formats=FORMATS)
    width, height = image.size
    told: dict[str, Any] = {"kind": str(image.format), "width": width, "height": height}
    if width * height > wish["pixels"]:
        return {**told, "problem": "large"}, b""
    told["moves"] = bool(getattr(image, "is_animated", False))
    try:
        small = _small(image, wish)
    except (OSError, SyntaxError, ValueError):
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        small = _small(Image.open(io.BytesIO(octets), formats=FORMATS), wish)
        told["broken"] = True
    told["across"], told["down"] = small.size
    return told, _drawn(small, wish["form"])


def _small(image: Image.Image, wish: dict[str, Any]) -> Image.Image:
    """The first frame, upright, no larger than wished for, on the ground."""
    from PIL import Image, ImageOps

    image.seek(0)
    turned = image.getexif().get(274, 1) in (5, 6, 7, 8)  # EXIF's orientation: lying on its side
    width, height = image.size[::-1] if turned else image.size
    scale = min(wish["width"] / width, wish["height"] * wish["tall"] / height, 1.0)
    size = max(round(width * scale), 1), max(round(height * scale / wish["tall"]), 1)
    raw = size[::-1] if turned else size
    image.draft("RGB", raw)  # a JPEG can be decoded smaller than it is
    if image.mode not in ("RGB", "RGBA", "L"):
        clear = "transparency" in image.info or image.mode in ("LA", "PA", "La", "RGBa")
        image = image.convert("RGBA" if clear else "RGB")
    small = image.resize(raw, Image.Resampling.LANCZOS, reducing_gap=3.0)  # pyright: ignore[reportUnknownMemberType]
    small.info["exif"] = image.info.get("exif", b"")
    small = ImageOps.exif_transpose(small).convert("RGBA")
    ground = Image.new("RGBA", small.size, (*wish["ground"], 255))
    return Image.alpha_composite(ground, small).convert("RGB")


def _drawn(small: Image.Image, form: str) -> bytes:
    if form == "png":
        octets = io.BytesIO()
        small.save(octets, format="PNG", compress_level=4)
        return octets.getvalue()
    return _sixel(small) if form == "sixel" else small.tobytes()


def _sixel(small: Image.Image) -> bytes:
    """The body of a Sixel sequence (DEC STD 070 §10): rows of six, in each a line for every colour that it has."""
    indexed = small.quantize(COLOURS)
    palette = [value * 100 // 255 for value in indexed.getpalette() or []]
    width, height = indexed.size
    pixels = indexed.tobytes()
    pieces = [f'"1;1;{width};{height}'.encode()]
    for colour in sorted(set(pixels)):
        red, green, blue = palette[3 * colour : 3 * colour + 3]
        pieces.append(f"#{colour};2;{red};{green};{blue}".encode())
    rows: list[bytes] = []
    for top in range(0, height, BAND):
        masks: dict[int, bytearray] = {}
        for row in range(top, min(top + BAND, height)):
            bit = 1 << (row - top)
            for at, colour in enumerate(pixels[row * width : (row + 1) * width]):
                mask = masks.get(colour)
                if mask is None:
                    mask = masks[colour] = bytearray(width)
                mask[at] |= bit
        rows.append(b"$".join(b"#%d" % colour + _run_lengths(mask) for colour, mask in masks.items()))
    return b"".join(pieces) + b"-".join(rows)


def _run_lengths(mask: bytearray) -> bytes:
    pieces: list[bytes] = []
    at = 0
    stripped = mask.rstrip(b"\0")
    while at < len(stripped):
        value, start = stripped[at], at
        while at < len(stripped) and stripped[at] == value:
            at += 1
        letter = bytes((value + 63,))
        pieces.append(b"!%d" % (at - start) + letter if at - start > 3 else letter * (at - start))
    return b"".join(pieces)


if __name__ == "__main__":
    main()
