"""xtext (RFC 3461 §4) and the address types of delivery reports (RFC 3461 §4.2, RFC 6533 §3)."""

from __future__ import annotations

import re

from linksec_tui.model.address import Address

_PLAIN = re.compile(r"[!-*,-<>-~]")


def encode_xtext(text: str) -> str:
    """ASCII text as a parameter value of the envelope."""
    return "".join(letter if _PLAIN.fullmatch(letter) else f"+{ord(letter):02X}" for letter in text)


def decode_xtext(text: str) -> str:
    return re.sub(r"\+([0-9A-F]{2})", lambda match: chr(int(match.group(1), 16)), text)


def encode_orcpt(address: Address) -> str:
    """The original recipient as the envelope carries it: `rfc822;…`, or `utf-8;…` in its all-ASCII form."""
    if str(address).isascii():
        return f"rfc822;{encode_xtext(str(address))}"
    letters = (
        letter if _PLAIN.fullmatch(letter) and letter != "\\" else f"\\x{{{ord(letter):X}}}" for letter in str(address)
    )
    return f"utf-8;{''.join(letters)}"


def decode_typed_address(value: str) -> str:
    """`rfc822; name@domain` as a report has it → the address; the type is left out, as some servers leave it out.

    RFC 3464 §2.3 has no xtext here: taking `user+2024@` for some would lose people's tags. Who compares, tries both.
    """
    kind, separator, address = value.partition(";")
    address = address.strip() if separator else kind.strip()
    if separator and kind.strip().lower() == "utf-8":
        address = re.sub(r"\\x\{([0-9A-Fa-f]{2,6})\}", _character, address)
    return address.strip("<>")


def _character(match: re.Match[str]) -> str:
    number = int(match.group(1), 16)
    return chr(number) if number <= 0x10FFFF and not 0xD800 <= number < 0xE000 else "\ufffd"
