"""Keywords: words that people put on messages, and the flags that carry them (RFC 3501 §2.3.2).

Programs note things for each other with the same means; those are nobody's words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from .errors import BadInput
from .visible import visible

# What Thunderbird calls its five labels on the wire, and registered keywords that people should see.
_LABELS = {
    "$label1": "important", "$label2": "work", "$label3": "personal", "$label4": "to do", "$label5": "later",
    "$important": "important", "$phishing": "phishing",
}  # fmt: skip
_UNSHOWN = frozenset({"nonjunk", "notjunk", "junk", "junkrecorded", "receipthandled", "forwarded", "oldseen"})
# An atom (RFC 3501 §9) that neither IMAP nor a program nor our search takes for something else
_WRITTEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+/-]{0,49}")


def keyword_name(flag: str) -> str:
    """A keyword as people read it; empty for flags, and for what programs note for each other."""
    known = _LABELS.get(flag.casefold())
    if known is not None or flag.startswith(("\\", "$")) or flag.casefold() in _UNSHOWN:
        return known or ""
    return visible(flag)


def as_written(flags: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Flags by what a person writes for them: one word, which several may be called."""
    found: dict[str, frozenset[str]] = {}
    for flag in sorted(flags):
        if name := keyword_name(flag).replace(" ", "-"):
            found[name] = found.get(name, frozenset()) | {flag}
    return found


def changed(text: str, now: Mapping[str, frozenset[str]]) -> tuple[frozenset[str], frozenset[str]]:
    """What a person wrote in place of `now` → the flags to set, and those to take off. Raises BadInput."""
    words = {word.removeprefix("#").casefold(): word.removeprefix("#") for word in text.split()}
    known = {word.casefold(): flags for word, flags in now.items()}
    new = frozenset(word for key, word in words.items() if key not in known)
    for word in sorted(new):
        if not _WRITTEN.fullmatch(word):
            raise BadInput(
                f"“{visible(word)}” cannot be a keyword.", "Write Latin letters and digits; also - _ . + and / within."
            )
        if not keyword_name(word):
            raise BadInput(f"“{word}” is what mail programs tell each other.", "Choose another word.")
    gone = (flags for key, flags in known.items() if key not in words)
    return new, frozenset[str]().union(*gone)
