"""Where registration ends: the public suffix of a name, and the domain that somebody registered below it.

The list (public_suffix_list.dat, publicsuffix.org) is shipped with every rule; they are read as that site defines them.
"""

from __future__ import annotations

import functools
from importlib import resources

from linksec_tui.formats.domain_name import to_unicode


def base_domain(domain: str) -> str | None:
    """`mx.a.example.co.uk` → `example.co.uk`; None for a name that is itself a public suffix, or no name at all.

    Lower-case A-labels in and out.
    """
    labels = domain.split(".")
    registered = _suffix_labels(domain) + 1
    if not all(labels) or len(labels) < registered:
        return None
    return ".".join(labels[-registered:])


def public_suffix(domain: str) -> str:
    """The part of a name under which anybody may register: `co.uk`. Where no rule fits, the last label."""
    return ".".join(domain.split(".")[-_suffix_labels(domain) :])


def _suffix_labels(domain: str) -> int:
    """How many labels the public suffix has; an exception (`!`) is one label longer than the suffix it restores."""
    labels = to_unicode(domain).split(".")
    rules = _rules()
    for start in range(len(labels)):
        name = ".".join(labels[start:])
        parent = ".".join(labels[start + 1 :])
        if f"!{name}" in rules:
            return len(labels) - start - 1
        if name in rules or f"*.{parent}" in rules:
            return len(labels) - start
    return 1


@functools.cache
def _rules() -> frozenset[str]:
    """Ten thousand lines, read when first needed: 5 ms, 2 MB."""
    text = resources.files("linksec_tui.formats").joinpath("public_suffix_list.dat").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("//"))
