"""One submission → the user's own provider, an Outcome per recipient.

The bytes were rendered when the user decided; here they are only handed over.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from linksec_tui.model.errors import LinksecError
from linksec_tui.model.letter import Outcome, Submission
from linksec_tui.wire.smtp import Delivery, SubmissionSession


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one submission: outcomes per recipient, or the failure that came before them."""

    submission: Submission
    outcomes: tuple[Outcome, ...] = ()
    failure: LinksecError | None = None


async def submit(
    open_session: Callable[[], Awaitable[SubmissionSession]], submission: Submission, delivery: Delivery
) -> Result:
    """Open a session, hand the message over, say goodbye. Our failures come back in the result, for the outbox.

    `open_session` connects and logs in. Cancelling cuts the connection at once.
    """
    try:
        session = await open_session()
        try:
            outcomes = await session.submit(submission.envelope, (submission.head, submission.body), delivery)
        finally:
            await session.close()
    except LinksecError as failure:
        return Result(submission=submission, failure=failure)
    return Result(submission=submission, outcomes=outcomes)
