"""What `dataclass` writes and compiles for each class is kept from one start to the next, as Python keeps modules.

A class that is frozen and has slots gets six methods as text, and each text is compiled by itself: for the two hundred
classes of the first screen that is a third of the time in which everything is loaded. Here a text that was compiled
before is not compiled again. The key is the whole text, so nothing can stand for something else. The file lies where
Python keeps this module, is believed as far as that is, and is done without where it cannot be read or written.
"""

from __future__ import annotations

import dataclasses
import marshal
import os
import sys
from contextlib import suppress
from types import CodeType
from typing import cast

_MOST = 20_000  # texts; the program has a quarter of that
_STAMP = (sys.hexversion, 1)  # of what is kept: another Python compiles anew


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
        exec(self._code(text), module, names)  # noqa: S102 - what dataclasses asks for

    def write(self) -> None:
        """What came to it. Whole or not at all; where nothing came, the file stays as it is."""
        if not self._new or not self._path or sys.dont_write_bytecode:
            return
        kept = {**_read(self._path), **self._new}
        self._new = {}
        beside = f"{self._path}.{os.getpid()}"
        with suppress(OSError):
            try:
                with open(beside, "wb") as file:  # noqa: PTH123 - pathlib takes longer to load than this to read
                    file.write(marshal.dumps((_STAMP, kept)))
                os.replace(beside, self._path)  # noqa: PTH105 - as above
            except OSError:
                os.unlink(beside)  # noqa: PTH108 - as above

    def _code(self, text: str) -> CodeType:
        kept = self._kept.pop(text, None)  # mostly a class is made once; what was used need not stay in memory
        if kept is not None:
            return cast("CodeType", marshal.loads(kept))  # noqa: S302 - ours, see above
        code = compile(text, "<string>", "exec", dont_inherit=True)
        if len(self._kept) + len(self._new) < _MOST:
            self._new[text] = marshal.dumps(code)
        return code


def kept_methods() -> KeptMethods:
    """Those of this Python; in no file where it keeps no modules."""
    module = __spec__.cached if __spec__ is not None else None
    return KeptMethods(f"{module.removesuffix('.pyc')}.methods" if module else "")


def _read(path: str) -> dict[str, bytes]:
    with suppress(OSError, EOFError, ValueError, TypeError), open(path, "rb") as file:  # noqa: PTH123 - as above
        stamp, kept = marshal.loads(file.read())  # noqa: S302 - as above
        if stamp == _STAMP:
            return kept
    return {}
