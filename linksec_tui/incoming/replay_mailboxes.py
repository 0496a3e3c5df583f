"""A step that changes a mailbox itself, at the server; done a second time it changes nothing (RFC 3501 §6.3)."""

from __future__ import annotations

from contextlib import suppress

from linksec_tui.incoming import replay_words as words
from linksec_tui.incoming.replay_messages import Ended
from linksec_tui.model.errors import MailboxRefused, NotNow
from linksec_tui.model.filing import Doing, Step
from linksec_tui.store.ahead import Settlement
from linksec_tui.wire.imap import ImapSession


async def change_mailbox(session: ImapSession, step: Step) -> Ended:
    """Raises ConnectionProblem; MailboxRefused only for the time being (NotNow)."""
    try:
        match step.doing:
            case Doing.CREATE:
                await _create(session, step)
            case Doing.RENAME:
                await _rename(session, step)
            case Doing.REMOVE:
                return await _remove(session, step)
            case Doing.SUBSCRIBE:
                await session.subscribe(step.mailbox)
            case _:
                await session.unsubscribe(step.mailbox)
    except NotNow:
        raise
    except MailboxRefused as refusal:
        return Ended(settlement=Settlement(undone=True), said=(words.mailbox_refused(step, refusal.sentence),))
    return Ended()


async def _create(session: ImapSession, step: Step) -> None:
    if step.mailbox not in await _names(session):
        await session.create(step.mailbox)
    with suppress(MailboxRefused):  # some servers subscribe by themselves, some know no subscriptions
        await session.subscribe(step.mailbox)


async def _rename(session: ImapSession, step: Step) -> None:
    names = await _names(session)
    if step.mailbox not in names and step.target in names:
        return
    subscribed = step.mailbox in await session.subscribed()
    await _leave(session, step.mailbox)
    await session.rename(step.mailbox, step.target)
    if subscribed:  # RFC 3501 §6.3.6: a subscription stays with the name
        with suppress(MailboxRefused):
            await session.unsubscribe(step.mailbox)
            await session.subscribe(step.target)


async def _remove(session: ImapSession, step: Step) -> Ended:
    if step.mailbox not in await _names(session):
        return Ended()
    there = (await session.told_of(step.mailbox)).messages
    if there > step.count:
        return Ended(settlement=Settlement(undone=True), said=(words.filled_meanwhile(step, there),))
    await _leave(session, step.mailbox)
    await session.remove(step.mailbox)
    with suppress(MailboxRefused):
        await session.unsubscribe(step.mailbox)
    return Ended()


async def _leave(session: ImapSession, wire_name: str) -> None:
    """Nobody saws off the branch that he sits on: some servers end the connection over that."""
    if session.selected is not None and session.selected.wire_name == wire_name:
        await session.select("INBOX")


async def _names(session: ImapSession) -> frozenset[str]:
    return frozenset(line.wire_name for line in await session.mailboxes() if line.selectable)
