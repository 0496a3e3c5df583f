"""Texts of the command line → values of the model; what does not fit names what would."""

from __future__ import annotations

import argparse
from pathlib import Path

from linksec_tui.config_file import nearest
from linksec_tui.model.assurance import GATE_WARNINGS
from linksec_tui.model.letter_words import CardAction, Fallback, Requirement
from linksec_tui.model.visible import visible


def add_common(parser: argparse.ArgumentParser) -> None:
    """--config and --log behind the command; left out there, they do not undo what stood before it."""
    for option, text in (("--config", "use this configuration file"), ("--log", "write a log, without secrets")):
        parser.add_argument(option, metavar="FILE", type=Path, default=argparse.SUPPRESS, help=text)


def requirement(text: str) -> Requirement:
    """A rung that is demanded."""
    known = [each.value for each in Requirement]
    if text not in known:
        raise argparse.ArgumentTypeError(_unknown(text, known))
    return Requirement(text)


def fallback(text: str) -> Fallback:
    """What happens to those who fall short."""
    known = [each.value for each in Fallback]
    if text not in known:
        raise argparse.ArgumentTypeError(_unknown(text, known))
    return Fallback(text)


def card_action(text: str) -> CardAction:
    """What is done about a letter that came back."""
    known = [each.value for each in CardAction]
    if text not in known:
        raise argparse.ArgumentTypeError(_unknown(text, known))
    return CardAction(text)


def gate_warning(text: str) -> str:
    """A warning that holds letters back until somebody has read it."""
    known = sorted(GATE_WARNINGS)
    if text not in known:
        raise argparse.ArgumentTypeError(_unknown(text, known))
    return text


def _unknown(text: str, known: list[str]) -> str:
    return f"“{visible(text)}” is not one of {', '.join(known)}{nearest(text, known)}"
