"""ABNF without recursion (RFC 5234, RFC 7405) → a regular expression, for grammars that a document prints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

CORE = {"ALPHA": "[A-Za-z]", "DIGIT": "[0-9]", "SP": " ", "WSP": "[ \\t]", "CRLF": "\\r\\n"}
_TOKEN = re.compile(
    r'\s*(?:(?P<string>(?:%[si])?"[^"]*")|(?P<range>%[xd][0-9A-Fa-f]+(?:-[0-9A-Fa-f]+)?)'
    r"|(?P<repeat>\d*\*\d*(?=\S))|(?P<name>[A-Za-z][A-Za-z0-9-]*)|(?P<mark>[()\[\]/]))"
)


def expression(grammar: str, rule: str) -> str:
    """What `rule` of the grammar matches."""
    rules: dict[str, str] = {}
    for line in grammar.splitlines():
        name, equals, elements = line.partition("=")
        if equals:
            rules[name.strip()] = elements
    return _rule(rule, rules)


def _rule(name: str, rules: Mapping[str, str]) -> str:
    if name in CORE:
        return CORE[name]
    tokens = list(_tokens(rules[name]))
    translated = _alternatives(tokens, rules)
    assert not tokens, f"{name}: {tokens} is left"
    return translated


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    text = text.strip()
    at = 0
    while text[at:].lstrip() and not text[at:].lstrip().startswith(";"):  # behind it, a comment
        match = _TOKEN.match(text, at)
        assert match is not None, text[at:]
        assert match.lastgroup is not None
        yield match.lastgroup, match[match.lastgroup]
        at = match.end()


def _alternatives(tokens: list[tuple[str, str]], rules: Mapping[str, str]) -> str:
    choices = [_sequence(tokens, rules)]
    while tokens and tokens[0] == ("mark", "/"):
        tokens.pop(0)
        choices.append(_sequence(tokens, rules))
    return f"(?:{'|'.join(choices)})"


def _sequence(tokens: list[tuple[str, str]], rules: Mapping[str, str]) -> str:
    parts: list[str] = []
    while tokens and tokens[0] not in (("mark", "/"), ("mark", ")"), ("mark", "]")):
        parts.append(_element(tokens, rules))
    return "".join(parts)


def _element(tokens: list[tuple[str, str]], rules: Mapping[str, str]) -> str:
    kind, text = tokens.pop(0)
    match kind:
        case "repeat":
            least, _, most = text.partition("*")
            return f"(?:{_element(tokens, rules)}){{{least or 0},{most}}}"
        case "string":
            exact = re.escape(text[text.index('"') + 1 : -1])
            return exact if text.startswith("%s") else f"(?i:{exact})"
        case "range":
            first, _, last = text[2:].partition("-")
            base = 16 if text[1] == "x" else 10
            return f"[\\x{int(first, base):02x}-\\x{int(last or first, base):02x}]"
        case "name":
            return _rule(text, rules)
        case _:
            inner = _alternatives(tokens, rules)
            tokens.pop(0)
            return inner if text == "(" else f"{inner}?"
