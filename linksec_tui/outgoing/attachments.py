"""Attached files → their bytes, each either whole or refused in one sentence; what is read once is what is sent."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from linksec_tui.model.errors import BadInput
from linksec_tui.model.letter import Attachment, Inside
from linksec_tui.model.visible import visible

from .body import Enclosure

__all__ = ["MAX_ATTACHMENTS", "Enclosure", "read_attachments"]

MAX_ATTACHMENTS = 100 * 1024 * 1024  # together; no provider takes more

_NOTHING: Mapping[Inside, bytes] = MappingProxyType({})


def read_attachments(
    attachments: Iterable[Attachment], inside: Mapping[Inside, bytes] = _NOTHING
) -> tuple[Enclosure, ...]:
    """The attachments' contents, in order; of what lies inside a message they are brought along. Blocking.

    Raises BadInput for one that cannot be sent as it is.
    """
    enclosures: list[Enclosure] = []
    room = MAX_ATTACHMENTS
    for attachment in attachments:
        content = _read(attachment, room) if attachment.inside is None else inside[attachment.inside]
        room -= len(content)
        if room < 0:
            raise BadInput(f"With “{visible(attachment.name)[:80]}” the letter is too large.", "Leave out a file.")
        enclosures.append(Enclosure(name=attachment.name, media_type=attachment.media_type, content=content))
    return tuple(enclosures)


def _read(attachment: Attachment, room: int) -> bytes:
    name = visible(attachment.name or attachment.path.name)[:80]
    try:
        # O_NONBLOCK: opening a FIFO must not wait for whoever writes into it
        with open(os.open(attachment.path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:  # noqa: PTH123 - needs the flags
            before = os.fstat(file.fileno())
            if not stat.S_ISREG(before.st_mode):
                raise BadInput(f"“{name}” is not a file.", "Attach a file.")
            if before.st_size > room:
                raise BadInput(f"“{name}” is too large to be attached.", "Share it another way.")
            content = file.read(before.st_size + 1)  # one more would be a file that grew
            after = os.fstat(file.fileno())
    except OSError as error:
        raise BadInput(
            f"The attachment “{name}” cannot be read ({visible(error.strerror or '')}).", "Attach it again."
        ) from error
    if len(content) != after.st_size or before.st_mtime_ns != after.st_mtime_ns:
        raise BadInput(f"The attachment “{name}” changed while it was read.", "Attach it again when it is finished.")
    return content
