"""The options that other programs give to a `sendmail`: those that mean something here, those that change nothing, and
those that ask for what this program does not do, which are refused rather than overheard.

mutt calls `sendmail -oem -oi [-f ADDRESS] -- RECIPIENT…`, git send-email `sendmail -i [-f ADDRESS] RECIPIENT…`.
"""

from __future__ import annotations

import argparse

_HARMLESS = frozenset({"i", "m", "7", "8", "em", "ep", "eq", "ee", "ew", "db", "di", "dq"})  # of -o
_BODIES = frozenset({"7BIT", "8BITMIME"})
_REPORTS = frozenset({"failure", "delay"})


class SendmailArguments(argparse.Namespace):
    ignore_dots: bool
    from_header: bool
    envelope_sender: str
    full_name: str
    old: list[str]


def declare(parser: argparse.ArgumentParser) -> None:
    """Long names belong to this program, short ones are sendmail's."""
    parser.add_argument("-i", action="store_true", dest="ignore_dots", help="a line with a lone dot does not end it")
    parser.add_argument("-t", action="store_true", dest="from_header", help="recipients also from To, Cc and Bcc")
    parser.add_argument(
        "-f", "-r", metavar="ADDRESS", dest="envelope_sender", default="", help="from the account of this address"
    )
    parser.add_argument("-F", metavar="NAME", dest="full_name", default="", help="your name, where From is missing")
    parser.add_argument(
        "-o", metavar="X", dest="old", type=_o, action="append", default=[], help="as sendmail has it: -oi, -oem"
    )
    parser.add_argument("-b", metavar="m", type=_b, help="-bm, sendmail's word for sending; nothing else is done here")
    parser.add_argument("-B", metavar="TYPE", type=_body, help="7BIT or 8BITMIME; the message itself tells")
    parser.add_argument("-N", metavar="WHEN", type=_notify, help="failure, delay: both are always asked for")
    parser.add_argument("-R", metavar="hdrs", type=_return, help="what comes back names the letter, and no more")


def ignores_dots(asked: SendmailArguments) -> bool:
    return asked.ignore_dots or "i" in asked.old


def _o(value: str) -> str:
    return _known(value, value in _HARMLESS, f"-o{value}")


def _b(value: str) -> str:
    return _known(value, value == "m", f"-b{value}")


def _body(value: str) -> str:
    return _known(value, value.upper() in _BODIES, f"-B{value}")


def _notify(value: str) -> str:
    return _known(value, _REPORTS.issuperset(value.lower().replace(" ", "").split(",")), f"-N {value}")


def _return(value: str) -> str:
    return _known(value, value.lower() == "hdrs", f"-R {value}")


def _known(value: str, known: bool, option: str) -> str:
    if not known:
        raise argparse.ArgumentTypeError(f"{option} is a thing that sendmail does and this command does not.")
    return value
