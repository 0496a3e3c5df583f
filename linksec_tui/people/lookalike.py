"""A domain that could be taken for one that the person knows: one edit away, or of letters that look the same.

The letters are a choice from Unicode's confusables (UTS 39 §4): those that domains are registered with. A name that is
known itself looks like no other, or two good neighbours would warn of each other.
"""

from __future__ import annotations

from collections.abc import Iterable

from linksec_tui.formats.domain_name import to_unicode
from linksec_tui.formats.suffix import public_suffix

SHORTEST = 4  # letters before the public suffix: of two short names most are one edit apart

# One letter each that stands for itself below; what looks like it comes behind.
_LIKE = {
    "a": "аɑαạąàáâãäåāă", "b": "ьḅ", "c": "сϲçćč", "d": "ԁɗđďḍ", "e": "еҽẹėęèéêëēě", "f": "ƒ", "g": "ɡġģğ9q", "h": "һḥ",
    "i": "іıɩịìíîïīl1|ӏ", "j": "јʝ", "k": "кκķ", "m": "мṃ", "n": "ոпņńňñṇ", "o": "оοօọòóôõöőøō0", "p": "рρṗ",
    "r": "гŗřṛ", "s": "ѕşśšșṣ5", "t": "тτţťțṭ", "u": "υսùúûüūůųụ", "v": "νѵṿ", "w": "ԝѡẁẃẅŵẉ", "x": "хχ", "y": "уүγýÿỵ",
    "z": "ʐżźžẓ2",
}  # fmt: skip
_SKELETON = str.maketrans({other: letter for letter, others in _LIKE.items() for other in others})
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("nn", "m"))


def looks_like(domain: str, known: Iterable[str]) -> str:
    """The known domain that this one could be taken for; empty where there is none. Lower-case A-labels in and out."""
    everybody = tuple(dict.fromkeys(known))
    if not domain or any(domain == one or domain.endswith(f".{one}") for one in everybody):
        return ""
    shape = shape_of(domain)
    return next((one for one in everybody if _taken_for(domain, shape, one)), "")


def _taken_for(domain: str, shape: str, known: str) -> bool:
    if f".{known}." in f".{domain}":  # bank.example.evil.example: the eye stops at the beginning
        return True
    return shape == shape_of(known) or (one_edit(*map(to_unicode, (domain, known))) and _telling(domain, known))


def shape_of(domain: str) -> str:
    """What the eye takes it for."""
    text = to_unicode(domain).casefold().translate(_SKELETON)
    for pair, letter in _PAIRS:
        text = text.replace(pair, letter)
    return text


def _telling(domain: str, known: str) -> bool:
    """Is one edit a reason to warn? Not in a short name, and not between two countries: one.de and one.dk."""
    (name, suffix), (other, other_suffix) = _registered(domain), _registered(known)
    if name == other:
        return len(suffix) != len(other_suffix)
    return len(other) >= SHORTEST


def _registered(domain: str) -> tuple[str, str]:
    """The label that somebody registered, and the public suffix behind it."""
    suffix = public_suffix(domain)
    return domain.removesuffix(suffix).rstrip(".").rpartition(".")[2], suffix


def one_edit(one: str, other: str) -> bool:
    """A letter more, less or different, or two neighbours swapped."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, against = one[same:], other[same:]
    if len(rest) == len(against):
        return rest[1:] == against[1:] or (rest[:2] == against[1::-1] and rest[2:] == against[2:])
    longer, shorter = (rest, against) if len(rest) > len(against) else (against, rest)
    return longer[1:] == shorter
