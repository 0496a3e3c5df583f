"""The keys that a person chose, checked before Textual sees them: it ignores unknown ids without a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from linksec_tui.model.errors import ConfigurationError
from linksec_tui.tui.key import Place
from linksec_tui.tui.keys import KEY_IDS, keys_of, split_keys


def checked_keymap(remapped: Mapping[str, str]) -> Mapping[str, str]:
    """The user's keys as Textual takes them. Raises ConfigurationError for an unknown id, an empty key or a clash.

    Textual ignores unknown ids without a word, and lets one of two clashing bindings win.
    """
    if problems := [*_unknown(remapped), *_empty(remapped), *_clashes(remapped)]:
        raise ConfigurationError(
            " ".join(problems), "Correct [keys] in the configuration; docs/keys.md lists them all."
        )
    return remapped


def _unknown(remapped: Mapping[str, str]) -> Iterator[str]:
    return (f"[keys] names “{name}”, which is no key of this program." for name in remapped if name not in KEY_IDS)


def _empty(remapped: Mapping[str, str]) -> Iterator[str]:
    return (f"[keys] gives “{name}” no key." for name, keys in remapped.items() if not all(split_keys(keys)))


def _clashes(remapped: Mapping[str, str]) -> Iterator[str]:
    for place in Place:
        taken: dict[str, str] = {}
        for key in keys_of(place):
            for pressed in split_keys(remapped.get(key.id, key.keys)):
                other = taken.setdefault(pressed, key.id)
                if other != key.id and {other, key.id} & remapped.keys():
                    yield f"[keys] gives “{pressed}” to both {other} and {key.id}."
