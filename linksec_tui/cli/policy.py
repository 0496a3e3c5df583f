"""`policy`: is a text that an operator is about to publish valid, and will it do what they think?"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from linksec_tui.cli.call import OK, Call, UsageError
from linksec_tui.cli.options import add_common
from linksec_tui.cli.output import Output
from linksec_tui.model.errors import BadInput
from linksec_tui.model.json_text import Json
from linksec_tui.model.review import Remark, Review
from linksec_tui.model.visible import visible

SUMMARY = "is a policy text valid, and what will it do?"
INVALID = 1
MAX_POLICY = 1 << 20  # sixteen times what senders take: enough to say what is wrong with it


class PolicyArguments(argparse.Namespace):
    kind: str
    text: str
    json: bool


def declare(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(title="texts", metavar="TEXT", required=True, dest="kind")
    sts = kinds.add_parser("mta-sts", help="the file that a policy host serves (RFC 8461)", allow_abbrev=False)
    sts.add_argument("text", metavar="FILE", help="- is standard input")
    linksec = kinds.add_parser("linksec", help="a link-security declaration or header field", allow_abbrev=False)
    linksec.add_argument("text", metavar="TXT", help="the record's text; - is standard input")
    for kind in (sts, linksec):
        add_common(kind)
        kind.add_argument("--json", action="store_true", help="one JSON document")


async def run(call: Call, arguments: argparse.Namespace) -> int:
    asked = PolicyArguments(**vars(arguments))
    review = _review(call, asked)
    if asked.json:
        call.output.document(_document(asked.kind, review))
    else:
        _tell(call.output, review)
    return OK if review.valid else INVALID


def _review(call: Call, asked: PolicyArguments) -> Review:
    from linksec_tui.desk.review import review_link_security, review_sts_policy  # deferred: brings all of desk

    try:
        if asked.kind == "mta-sts":
            return review_sts_policy(call.read_file(asked.text, MAX_POLICY))
        text = call.read_input(MAX_POLICY).decode("utf-8", "replace") if asked.text == "-" else asked.text
        return review_link_security(text)
    except BadInput as error:
        raise UsageError(error.sentence, error.next_step) from error


def _tell(output: Output, review: Review) -> None:
    said = ", ".join(f"{name} {_value(value)}" for name, value in review.says.items())
    output.paragraph(f"Valid: {said}" if review.valid else "Not valid:")
    for problem in _in_order(review.problems):
        output.paragraph(f"! {_placed(problem)}", indent="  ")
    for remark in _in_order(review.advice):
        output.paragraph(f"· {_placed(remark)}", indent="  ")


def _in_order(remarks: Sequence[Remark]) -> list[Remark]:
    """By their lines; what is about the whole comes last."""
    return sorted(remarks, key=lambda remark: (remark.line == 0, remark.line))


def _value(value: str | int | tuple[str, ...]) -> str:
    return visible(" ".join(value) or "–") if isinstance(value, tuple) else visible(str(value))


def _placed(remark: Remark) -> str:
    return f"line {remark.line}: {remark.text}" if remark.line else remark.text


def _document(kind: str, review: Review) -> Json:
    return {
        "kind": kind,
        "valid": review.valid,
        "problems": _remarks(review.problems),
        "advice": _remarks(review.advice),
        "says": dict(review.says) if review.valid else None,
    }


def _remarks(remarks: Sequence[Remark]) -> list[Json]:
    return [{"line": remark.line or None, "text": remark.text} for remark in _in_order(remarks)]
