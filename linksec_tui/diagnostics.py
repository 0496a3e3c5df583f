"""Logging through one redacting filter, and a crash report without locals or mail text.

The wire libraries' own logs hold whole conversations, passwords among them: they are silenced, not filtered.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import traceback
from datetime import datetime
from pathlib import Path

from linksec_tui.model.visible import visible

ROOT = "linksec_tui"
_WIRE_LIBRARIES = ("aioimaplib", "aiosmtplib", "keyring", "dns", "httpx2", "pymap", "asyncio")
# Too much rather than too little; but "the store's key does not open desk.db" is no secret, "key = …" is one.
_SECRETS = re.compile(
    r"""(?i)(?<![A-Za-z])
    ( (?: AUTH(?:ENTICATE)?\s+[A-Z0-9-]+ | AUTHORIZATION | LOGIN | PASS(?:WD|WORD|PHRASE)? | TOKEN | BEARER )
      ["']? (?: \s*[=:]?\s+ | \s*[=:] )
    | (?: KEY | SECRET | PWD | CREDENTIALS? | COOKIE ) ["']? \s*[=:]
    ) \s*\S.*""",
    re.VERBOSE,
)
_STORE_KEY = re.compile(r"\b[0-9A-Fa-f]{64}\b")
_MAX_LINE = 2000  # characters of one log line
_MAX_FRAMES = 60


class Redaction(logging.Filter):
    """Formats the record, drops what stands behind a word that announces a secret, and makes it visible text."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = redact(record.getMessage())
        record.args = None
        record.exc_info = None  # a traceback may quote what a server or a message said
        record.exc_text = None
        record.stack_info = None
        return True


def redact(line: str) -> str:
    """One line of visible text without secrets."""
    return _STORE_KEY.sub("…", _SECRETS.sub(_announced, visible(line)))[:_MAX_LINE]


def _announced(found: re.Match[str]) -> str:
    return f"{found[1].rstrip()} …"


def silence_wire_libraries() -> None:
    """Their debug logs hold passwords; nothing of theirs is ever written."""
    for name in _WIRE_LIBRARIES:
        logger = logging.getLogger(name)
        logger.setLevel(logging.CRITICAL + 1)
        logger.propagate = False


def start_logging(path: Path | None) -> None:
    """Write our own log to `path` (mode 0600); without one, nothing is logged anywhere."""
    silence_wire_libraries()
    logger = logging.getLogger(ROOT)
    logger.propagate = False
    for old in list(logger.handlers):
        logger.removeHandler(old)
        old.close()
    if path is None:
        logger.addHandler(logging.NullHandler())
        return
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    target = logging.FileHandler(path, encoding="utf-8")
    target.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    target.addFilter(Redaction())
    logger.addHandler(target)
    logger.setLevel(logging.DEBUG)


def write_crash_report(error: BaseException, directory: Path, now: datetime) -> Path | None:
    """Where the program was when it failed: files, lines and functions, never values. None if it can't be written."""
    lines = [f"linksec-tui crash report, {now:%Y-%m-%dT%H:%M:%SZ}", f"python {sys.version.split()[0]}", ""]
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        lines += [type(current).__module__ + "." + type(current).__qualname__, *_frames(current), ""]
        current = current.__cause__ or current.__context__
    path = directory / f"crash-{now:%Y%m%dT%H%M%S}.txt"
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # never through a link
        with os.fdopen(descriptor, "w", encoding="utf-8") as report:
            report.write("\n".join(lines))
    except (OSError, ValueError):  # the latter for a name that can be none
        return None
    return path


def _frames(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-_MAX_FRAMES:]
    return [f"  {_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(filename: str) -> str:
    """The last three parts of a path: enough to find the line, nothing about the machine."""
    return "/".join(Path(filename).parts[-3:])
