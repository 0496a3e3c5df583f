"""What `dataclass` compiles is kept from one start to the next, and changes nothing in the classes."""

import dataclasses
import marshal
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any, cast
from zlib import crc32

import pytest

from linksec_tui.kept_methods import KeptMethods

_SOURCE = """
from dataclasses import dataclass, field

@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    subject: str
    lines: tuple[str, ...] = ()
    secret: str = field(default="", repr=False)
"""

_Content = tuple[tuple[int, int], dict[int, int], bytes]


@pytest.fixture(autouse=True)
def _python_keeps_modules(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction] - a fixture
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def _letter_class(monkeypatch: pytest.MonkeyPatch, kept: KeptMethods) -> Any:
    """A class as it is made in a program that keeps its methods."""
    with monkeypatch.context() as patch:
        patch.setattr(dataclasses, "exec", kept.run, raising=False)
        names: dict[str, object] = {"__name__": __name__}
        exec(_SOURCE, names)
    return names["Letter"]


def _filled(monkeypatch: pytest.MonkeyPatch, path: Path) -> bytes:
    kept = KeptMethods(str(path))
    _letter_class(monkeypatch, kept)
    kept.write()
    return path.read_bytes()


@pytest.mark.parametrize("starts", [1, 2])
def test_a_class_is_the_same_at_the_first_start_and_the_next(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, starts: int
) -> None:
    path = tmp_path / "kept"
    for _ in range(starts - 1):
        _filled(monkeypatch, path)
    letter = _letter_class(monkeypatch, KeptMethods(str(path)))
    one = letter(subject="A", lines=("b",), secret="c")
    assert repr(one) == "Letter(subject='A', lines=('b',))"
    assert one == letter(subject="A", lines=("b",), secret="c")
    assert one != letter(subject="A")
    assert hash(one) == hash(dataclasses.replace(one))
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.subject = "B"
    with pytest.raises(TypeError, match="positional"):
        letter("A")


def test_nothing_is_compiled_or_written_again_at_the_next_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "kept"
    _filled(monkeypatch, path)
    os.utime(path, (0, 0))
    kept = KeptMethods(str(path))
    _letter_class(monkeypatch, kept)
    kept.write()
    assert path.stat().st_mtime == 0


def test_what_one_start_needs_does_not_push_out_what_another_needed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "kept"
    first = _texts(_filled(monkeypatch, path))
    kept = KeptMethods(str(path))
    kept.run("something = 'else'", {}, {})
    kept.write()
    assert _texts(path.read_bytes()) == first | {"something = 'else'"}


def test_a_program_that_stays_keeps_on_and_holds_nothing_for_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "kept"
    kept = KeptMethods(str(path))
    kept.run("first = 1", {}, {})
    kept.settle()
    assert _texts(path.read_bytes()) == {"first = 1"}
    os.utime(path, (0, 0))
    kept.run("first = 1", {}, {})
    kept.write()
    assert path.stat().st_mtime == 0  # it stands there already
    assert _letter_class(monkeypatch, kept)(subject="A") is not None
    kept.write()
    assert len(_texts(path.read_bytes())) > 1


@pytest.mark.parametrize("left", [b"", b"\xff" * 64, marshal.dumps(1), marshal.dumps((1, 2, 3))])
def test_what_is_no_such_file_is_done_without(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, left: bytes) -> None:
    path = tmp_path / "kept"
    path.write_bytes(left)
    assert _texts(_filled(monkeypatch, path))


def test_half_a_file_is_done_without_and_written_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "kept"
    whole = _filled(monkeypatch, path)
    path.write_bytes(whole[: len(whole) // 2])
    assert _texts(_filled(monkeypatch, path)) == _texts(whole)


def test_what_another_python_compiled_is_not_believed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "kept"
    kept = KeptMethods(str(path))
    kept.run("x = 1", {}, {})
    kept.write()
    (version, shape), places, octets = cast("_Content", marshal.loads(path.read_bytes()))
    path.write_bytes(marshal.dumps(((version + 1, shape), places, octets)))
    assert "x = 1" not in _texts(_filled(monkeypatch, path))


def test_a_text_is_never_taken_for_another(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    kept = KeptMethods(str(path))
    kept.run("x = 1", {}, {})
    kept.write()
    stamp, places, octets = cast("_Content", marshal.loads(path.read_bytes()))
    (place,) = places.values()
    for wrong in (place, len(octets) + 1, 3):
        path.write_bytes(marshal.dumps((stamp, {crc32(b"x = 2"): wrong}, octets)))
        names: dict[str, object] = {}
        KeptMethods(str(path)).run("x = 2", {}, names)
        assert names == {"x": 2}


def test_where_nothing_can_be_written_nothing_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for path in (str(tmp_path / "nowhere" / "kept"), ""):
        kept = KeptMethods(path)
        assert _letter_class(monkeypatch, kept)(subject="A") is not None
        kept.write()
    assert list(tmp_path.iterdir()) == []


def test_the_program_keeps_them_where_python_keeps_its_modules(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "linksec_tui", "--version")
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    said = [subprocess.run(command, env=environment, check=True, capture_output=True).stdout for _ in range(2)]
    assert said[0] == said[1]
    (found,) = tmp_path.rglob("kept_methods.*.methods*")
    assert any("__create_fn__" in text for text in _texts(found.read_bytes()))


def _texts(octets: bytes) -> set[str]:
    _, places, pieces = cast("_Content", marshal.loads(octets))
    return {cast("tuple[str, object]", marshal.loads(pieces[place:]))[0] for place in places.values()}


def test_nobody_else_may_write_what_code_is_loaded_from(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        _filled(monkeypatch, tmp_path / "kept")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o644


def test_what_is_too_much_goes_with_what_was_there_before(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "kept"
    alone = _filled(monkeypatch, path)
    path.unlink()
    kept = KeptMethods(str(path))
    kept.run("x = 1", {}, {})
    kept.write()
    monkeypatch.setattr("linksec_tui.kept_methods._MOST", len(cast("_Content", marshal.loads(alone))[1]))
    assert _filled(monkeypatch, path) == alone
