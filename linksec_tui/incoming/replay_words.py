"""What is told when the server's side stands: one sentence a kind, about as many messages as it concerns (pure)."""

from __future__ import annotations

from collections.abc import Callable

from linksec_tui.model.filing import ALL_MAIL, Doing, Step
from linksec_tui.model.visible import visible_name
from linksec_tui.wire.imap_names import decode_name

Sentence = Callable[[Step, int], str]


def shown_name(wire_name: str) -> str:
    """A mailbox as people call it, in quotation marks."""
    if wire_name == ALL_MAIL:
        return "“All Mail”"
    name = "Inbox" if wire_name == "INBOX" else visible_name(decode_name(wire_name))
    return f"“{name}”"


def messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count} messages"


def gone(step: Step, count: int) -> str:
    """Somebody else was quicker."""
    was, them = ("was", "it") if count == 1 else ("were", "them")
    return (
        f"{messages(count)} in {shown_name(step.mailbox)} {was} moved or deleted elsewhere before we could"
        f" {_verb(step, them)}; that stands."
    )


def source_gone(step: Step) -> str:
    return (
        f"{shown_name(step.mailbox)} is not on the server any more: what you did there to"
        f" {messages(len(step.pieces))} while it was out of reach could not be done."
    )


def renumbered(step: Step, count: int) -> str:
    them = "it" if count == 1 else "them"
    return (
        f"The server has numbered {shown_name(step.mailbox)} anew, so {messages(count)} could not be told apart any"
        f" more: we did not {_verb(step, them)}."
    )


def flags_differ(step: Step, count: int) -> str:
    was = "was" if count == 1 else "were"
    return f"{messages(count)} in {shown_name(step.mailbox)} {was} marked otherwise elsewhere meanwhile; that stands."


def no_keywords(step: Step, count: int) -> str:
    return f"{messages(count)} in {shown_name(step.mailbox)} got no keyword: this server keeps none."


def refused(step: Step, count: int, why: str) -> str:
    stays = "stays" if count == 1 else "stay"
    where = f" {stays} in {shown_name(step.mailbox)}" if step.doing is not Doing.MARK else f" {stays} as before"
    return f"{messages(count)}{where}: {why}"


def mailbox_refused(step: Step, why: str) -> str:
    return f"{shown_name(step.mailbox)} {_BEFORE[step.doing]}: {why}"


def filled_meanwhile(step: Step, count: int) -> str:
    more = count - step.count
    have = "has" if more == 1 else "have"
    return (
        f"{shown_name(step.mailbox)} was not deleted: {messages(more)} {have} come into it since you said that it"
        f" could go."
    )


def only_marked(step: Step, count: int) -> str:
    is_ = "is" if count == 1 else "are"
    return (
        f"{messages(count)} in {shown_name(step.mailbox)} {is_} marked as deleted and will go when another program"
        f" clears the mailbox: this server cannot delete some and leave others."
    )


_BEFORE = {
    Doing.CREATE: "could not be made",
    Doing.RENAME: "keeps its name",
    Doing.REMOVE: "was not deleted",
    Doing.SUBSCRIBE: "could not be subscribed to",
    Doing.UNSUBSCRIBE: "is still subscribed to",
}


def _verb(step: Step, them: str) -> str:
    match step.doing:
        case Doing.MOVE:
            return f"move {them} to {shown_name(step.target)}"
        case Doing.COPY:
            return f"copy {them} to {shown_name(step.target)}"
        case Doing.ERASE:
            return f"delete {them}"
        case _:
            return f"mark {them}"
