"""Delivery inside the provider: into the mailboxes of its own people, with the provider's Received field on top."""

from __future__ import annotations

from datetime import datetime

from .exchangers import mailbox_of
from .mailboxes import Mailboxes, Post
from .story import HOME, IMAP_HOST, SUBMISSION_HOST
from .trace import Hop, queue_id, received, return_path, without_return_path


class Home:
    """The provider's own mailboxes, as its mail system fills them."""

    def __init__(self, mailboxes: Mailboxes) -> None:
        self._mailboxes = mailboxes

    def serves(self, domain: str) -> bool:
        return domain == HOME

    def has(self, address: str) -> bool:
        mailbox = mailbox_of(address)
        return self.serves(mailbox.rpartition("@")[2]) and self._mailboxes.has(mailbox)

    async def deliver(self, address: str, sender: str, content: bytes, *, now: datetime) -> None:
        """Puts a message into the mailbox of `address`; a report comes with an empty sender."""
        mailbox = mailbox_of(address)
        hop = Hop(
            by=IMAP_HOST,
            at=now,
            id=queue_id(),
            protocol="LMTP",
            said=SUBMISSION_HOST,
            sender=sender,
            recipient=mailbox,
        )
        delivered = f"Delivered-To: {mailbox}\r\n".encode()
        text = return_path(sender) + delivered + received(hop) + without_return_path(content)
        await self._mailboxes.deliver(mailbox, Post(content=text, at=now))
