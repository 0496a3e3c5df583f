"""What `dataclass` writes and compiles for each class is kept from one start to the next, as Python keeps modules.

A class that is frozen and has slots gets six methods as text, and each text is compiled by itself: for the two hundred
classes of the first screen that is a third of the time in which everything is loaded. Here a text that was compiled
before is not compiled again. The whole text is compared, so nothing can stand for something else. The file lies where
Python keeps this module, is believed as far as that is, and is done without where it cannot be read or written.
"""

from __future__ import annotations

import dataclasses
import marshal
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from types import CodeType
from typing import cast
from zlib import crc32

_MOST = 8_000  # texts; the program has less than half of that, and what is left of others before it goes with the rest
_STAMP = (sys.hexversion, 2)  # of what is kept: another Python compiles anew
_File = tuple[tuple[int, int], dict[int, int], bytes]


class KeptMethods:
    """The texts and what became of them, in the file at `path`; in none where that is empty."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._kept = _read(path)
        self._new: dict[str, bytes] = {}

    def begin(self) -> None:
        """From now on `exec` means this in the module `dataclasses`, and nowhere else."""
        setattr(dataclasses, "exec", self.run)  # noqa: B010 - a name that hides a builtin there

    def run(self, text: str, module: dict[str, object], names: dict[str, object]) -> None:
        """As `exec` does."""
        exec(self._kept.code(text) or self._compiled(text), module, names)  # noqa: S102 - what dataclasses asks for

    def write(self) -> None:
        """What came to it. Whole or not at all; where nothing came, the file stays as it is."""
        if not self._new or not self._path or sys.dont_write_bytecode:
            return
        new, self._new = self._new, {}
        kept = _read(self._path)
        if len(kept.places) + len(new) > _MOST:
            kept = _Kept({}, b"")
        if not kept.add(new):
            return
        beside = f"{self._path}.{os.getpid()}"
        with suppress(OSError):
            try:
                with open(beside, "xb", opener=_for_us) as file:
                    file.write(marshal.dumps((_STAMP, kept.places, kept.octets)))
                os.replace(beside, self._path)  # noqa: PTH105 - as above
            except OSError:
                os.unlink(beside)  # noqa: PTH108 - as above

    def settle(self) -> None:
        """What is loaded from now on is little: nothing is held for it any longer."""
        self.write()
        self._kept = _Kept({}, b"")

    def _compiled(self, text: str) -> CodeType:
        code = compile(text, "<string>", "exec", dont_inherit=True)
        self._new[text] = marshal.dumps((text, code))
        return code


class _Kept:
    """Texts, each with its code, one behind the other in one piece: so nothing of it stays in memory afterwards.

    `places`: where each begins, by its checksum; the text itself is compared.
    """

    def __init__(self, places: dict[int, int], octets: bytes) -> None:
        self.places = places
        self.octets = octets

    def code(self, text: str) -> CodeType | None:
        place = self.places.get(crc32(text.encode()))
        if place is None:
            return None
        with suppress(EOFError, ValueError, TypeError):
            known, code = cast("tuple[str, CodeType]", marshal.loads(memoryview(self.octets)[place:]))  # noqa: S302 - ours
            return code if known == text else None
        return None

    def add(self, new: Mapping[str, bytes]) -> bool:
        """True where something came to it."""
        pieces, end = [self.octets], len(self.octets)
        for text, piece in new.items():
            checksum = crc32(text.encode())
            if checksum not in self.places:
                self.places[checksum] = end
                pieces.append(piece)
                end += len(piece)
        self.octets = b"".join(pieces)
        return len(pieces) > 1


_IN_USE: list[KeptMethods] = []


def kept_methods() -> KeptMethods:
    """Those of this Python, in use from now on; in no file where it keeps no modules."""
    module = __spec__.cached if __spec__ is not None else None
    methods = KeptMethods(f"{module.removesuffix('.pyc')}.methods" if module else "")
    methods.begin()
    _IN_USE.append(methods)
    return methods


def settle() -> None:
    """A program that stays has loaded what it begins with: four megabytes less."""
    for methods in _IN_USE:
        methods.settle()


def _for_us(path: str, flags: int) -> int:
    """Written by nobody else, whatever the umask is: code is loaded from it."""
    return os.open(path, flags, 0o644)


def _read(path: str) -> _Kept:
    with suppress(OSError, EOFError, ValueError, TypeError), open(path, "rb") as file:  # noqa: PTH123 - as above
        stamp, places, octets = cast("_File", marshal.loads(file.read()))  # noqa: S302 - ours, see above
        if stamp == _STAMP:
            return _Kept(places, octets)
    return _Kept({}, b"")
