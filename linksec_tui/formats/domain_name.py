"""Internationalised domain names, and recipients as people type them (RFC 5890–5892, RFC 5322 §3.4).

Inside, a domain is its A-label; people see the U-label, and a label that mixes scripts is marked (UTS 39 §5).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from linksec_tui.model.address import Address, Field, Recipient, parse_address, parse_domain
from linksec_tui.model.errors import BadInput
from linksec_tui.model.visible import visible, visible_name

MAX_RECIPIENTS_TEXT = 1 << 20  # characters of one field: some 20,000 recipients
MAX_NAME = 200  # characters of a display name

# Scripts that belong together in one label (UTS 39, "highly restrictive"), by the first word of a letter's name.
_TOGETHER = (
    frozenset({"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC"}),
    frozenset({"LATIN", "CJK", "BOPOMOFO", "IDEOGRAPHIC"}),
    frozenset({"LATIN", "CJK", "HANGUL", "IDEOGRAPHIC"}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainName:
    """One domain in both forms. `mixed`: a label mixes scripts, so it may not be the name that it looks like."""

    ascii: str
    unicode: str
    mixed: bool = False

    @property
    def shown(self) -> str:
        """What people read; a suspicious name together with the form that gives it away."""
        return f"{self.unicode} ({self.ascii})" if self.mixed else self.unicode


def to_ascii(text: str) -> str:
    """A domain in either form → lower-case A-labels (IDNA 2008 with UTS 46 mapping). Raises BadInput."""
    name = text.strip(" ")
    if name.isascii() and "xn--" not in name.lower():
        return parse_domain(name)
    import idna  # deferred: 15 ms, only for names beyond ASCII

    try:
        return parse_domain(idna.encode(name.rstrip("."), uts46=True, std3_rules=True).decode("ascii"))
    except (idna.IDNAError, UnicodeError) as error:
        raise BadInput(f"“{visible(text)[:80]}” is not a domain name.", "Check the part after the @.") from error


def to_unicode(domain: str) -> str:
    """The U-label form of an A-label domain; the domain itself where it has none that is valid."""
    if "xn--" not in domain:
        return domain
    import idna  # deferred: 15 ms, only for names beyond ASCII

    try:
        return visible_name(idna.decode(domain))
    except (idna.IDNAError, UnicodeError):
        return domain


def domain_name(domain: str) -> DomainName:
    """Both forms of an A-label domain, and whether it is one to look at twice."""
    name = to_unicode(domain)
    return DomainName(ascii=domain, unicode=name, mixed=any(map(_is_mixed, name.split("."))))


def _is_mixed(label: str) -> bool:
    if label.isascii():
        return False
    scripts = {unicodedata.name(letter, "UNKNOWN").split(" ")[0] for letter in label if letter.isalpha()}
    return len(scripts) > 1 and not any(scripts <= group for group in _TOGETHER)


def parse_mailbox(text: str) -> Address:
    """`local@domain` with the domain in either form. Raises BadInput."""
    bare = text.strip(" ")
    local, at, domain = bare.rpartition("@")
    if not at or (bare.isascii() and "xn--" not in bare.lower()):
        return parse_address(bare)
    return parse_address(f"{local}@{to_ascii(domain)}")


def parse_recipient_text(text: str, field: Field = Field.TO) -> tuple[Recipient, ...]:
    """`Name <a@b>, c@d; …` as a person types it. Raises BadInput at the first that is not a recipient.

    Nothing is dropped in silence: what stands after `>` or hides in a control character is refused.
    """
    if len(text) > MAX_RECIPIENTS_TEXT:
        raise BadInput("That is too long a list of recipients.", "Give it as a file, or in several letters.")
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise BadInput(
            "The recipients contain a line break or another control character.", "Write them on one line, with commas."
        )
    return tuple(_recipient(piece, field) for piece in _pieces(text))


def _pieces(text: str) -> list[str]:
    """Cuts at commas and semicolons that stand neither in a quoted string nor in angle brackets."""
    pieces = re.findall(r'(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^,;"<]|["<])+', text)
    return [piece.strip(" ") for piece in pieces if piece.strip(" ")]


def _recipient(piece: str, field: Field) -> Recipient:
    match = re.fullmatch(r"(?P<name>[^<]*|.*?\"[ ]*)<(?P<address>[^<>]*)>", piece)
    if match is None:
        return Recipient(address=parse_mailbox(piece), field=field)
    return Recipient(address=parse_mailbox(match["address"]), name=_display_name(match["name"]), field=field)


def _display_name(text: str) -> str:
    name = text.strip(" ")
    if len(name) >= 2 and name.startswith('"') and name.endswith('"'):
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return visible_name(name)[:MAX_NAME]
