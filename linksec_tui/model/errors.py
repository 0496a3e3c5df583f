"""Our own failures, as one tree; the world's failures are values (`evidence.Unavailable`).

LinksecError                 one sentence for the user, and what to do next
├── ConfigurationError       the configuration cannot be used                          (exit 78)
├── BadInput                 a recipient, a header or a message that we refuse         (exit 65)
├── StoreError               the two encrypted files
│   ├── NoKey                nothing opens them                                        (exit 78)
│   ├── NewerSchema          written by a newer program                                (exit 78)
│   ├── StoreFull            the disk has no room; nothing was half written             (exit 78)
│   └── StoreDamaged         a page does not verify
├── KeychainUnusable         the system's keyring keeps no secret for us                (exit 78)
├── ConnectionProblem        one of our own servers                                    (exit 75)
│   ├── Unreachable          no answer, or the connection was lost
│   ├── Unverifiable         TLS or the certificate was not acceptable; nothing was sent
│   ├── ProtocolBroken       the server said something that the standard does not allow
│   ├── MailboxRefused       the server would not do what was asked of a mailbox
│   │   └── NotNow           … for the time being
│   ├── CredentialsRefused   the server refused user or password
│   └── OutcomeUnknown       lost after the final dot: the letter may have gone out
├── SubmissionRefused        the provider refused the message, or some recipients      (exit 69)
├── GateRefused              someone falls short of the requirement                    (exit 77)
└── DecisionOutdated         the evidence got worse between deciding and sending       (exit 77)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .connection import Fault, TlsFacts

EXIT_USAGE = 2
EXIT_BAD_INPUT = 65
EXIT_REFUSED = 69
EXIT_QUEUED = 75
EXIT_GATE = 77
EXIT_CONFIGURATION = 78


class LinksecError(Exception):
    """What went wrong in one sentence, and what the user can do; `exit_status` is the command's."""

    exit_status = 1

    def __init__(self, sentence: str, next_step: str = "") -> None:
        super().__init__(sentence, next_step)
        self.sentence = sentence
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.sentence} {self.next_step}".strip()


class ConfigurationError(LinksecError):
    """The configuration is missing, broken or contradicts itself."""

    exit_status = EXIT_CONFIGURATION


class BadInput(LinksecError):
    """A recipient, header or message that must not be sent as it is."""

    exit_status = EXIT_BAD_INPUT


class StoreError(LinksecError):
    """One of the two encrypted files cannot be used."""

    exit_status = EXIT_CONFIGURATION


class NoKey(StoreError):
    """No key for the store; nothing was written."""


class NewerSchema(StoreError):
    """The file was written by a newer version of this program."""


class StoreFull(StoreError):
    """There is no room for it on the disk. What was to be written was not begun, and can be tried again."""


class StoreDamaged(StoreError):
    """The file does not verify against its key."""


class KeychainUnusable(LinksecError):
    """The system's keyring is not there, is refused, or did not answer."""

    exit_status = EXIT_CONFIGURATION


class ConnectionProblem(LinksecError):
    """One of the user's own servers could not be used."""

    exit_status = EXIT_QUEUED


class Unreachable(ConnectionProblem):
    """No answer in time, or the connection was lost."""


class Unverifiable(ConnectionProblem):
    """The server could not prove who it is; no password was sent. `shown`: what it showed instead of what is pinned."""

    def __init__(
        self, sentence: str, next_step: str = "", fault: Fault | None = None, shown: TlsFacts | None = None
    ) -> None:
        super().__init__(sentence, next_step)
        self.fault = fault
        self.shown = shown


class ProtocolBroken(ConnectionProblem):
    """The server said something that the standard does not allow, or too much of it."""


class MailboxRefused(ConnectionProblem):
    """The server would not do what was asked of a mailbox: it is not there, or full, or read-only."""


class NotNow(MailboxRefused):
    """The server is too busy, or somebody else has the mailbox: it may do it in a while (RFC 5530 §3)."""


class CredentialsRefused(ConnectionProblem):
    """The server refused the user name or the password."""


class OutcomeUnknown(ConnectionProblem):
    """The connection was lost between the end of the letter and the server's answer to it."""


class SubmissionRefused(LinksecError):
    """The provider refused the message or some of its recipients for good."""

    exit_status = EXIT_REFUSED


class GateRefused(LinksecError):
    """Someone falls short of the requirement, and no choice was made for them."""

    exit_status = EXIT_GATE


class DecisionOutdated(GateRefused):
    """An assessment is worse now than the one on which the user decided."""
