"""A server that nobody known here vouches for: the person may, by naming one's own authority, or one certificate.

Both by the person's own word only (link-security.md §10; RFC 8314 §5.4), and nothing was sent to the server before.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from linksec_tui.config import Config
from linksec_tui.model.account import Account, Server
from linksec_tui.model.errors import BadInput
from linksec_tui.model.set_up import Answer, Person, Question
from linksec_tui.model.verification import PinOffer, Step
from linksec_tui.wire.tls import verified_context

_NO, _PIN, _OWN = "no", "pin", "authority"
OPTION = "--ca-file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """What the person vouched for: an account with pinned servers, or a configuration with one more authority."""

    config: Config
    account: Account


async def vouched_for(config: Config, account: Account, failed: Sequence[Step], person: Person) -> Vouched | None:
    """None where there is nothing that the person may vouch for, or they would not."""
    offered = [step.pin for step in failed if step.pin is not None]
    if not offered or len(offered) < len(failed):
        return None
    for offer in offered:
        match await person.choose(_question(config, offer)):
            case "pin":
                account = _with_server(account, offer)
            case "authority":
                file = await person.ask("The file with your own authority's certificate (PEM)", OPTION)
                if not file:
                    return None
                return Vouched(config=await with_authority(config, Path(file)), account=account)
            case _:
                return None
    return Vouched(config=config, account=account)


def own_authority(config: Config, failed: Step) -> str:
    """What else to do about a server that nobody known here vouches for."""
    if not failed.unknown_authority or config.network.ca_file is not None:
        return ""
    return f"Where an authority of your own made it, give its certificate as the CA file ({OPTION})."


async def with_authority(config: Config, file: Path | None) -> Config:
    """The configuration with one more authority, which may vouch for servers. Raises BadInput, ConfigurationError."""
    return config if file is None else await asyncio.to_thread(_with_file, config, file)


def _with_file(config: Config, file: Path) -> Config:
    named, file = config.network.ca_file, file.expanduser().absolute()
    if named is not None and named.resolve() == file.resolve():
        return config
    if named is not None:
        raise BadInput(f"The configuration names a CA file already: {named}.", "Add the certificate to that file.")
    verified_context(file)  # can it be used?
    return replace(config, network=replace(config.network, ca_file=file))


def _question(config: Config, offer: PinOffer) -> Question:
    shown = offer.shown
    cautions = " ".join(offer.cautions)
    answers = [
        Answer(id=_NO, words="Stop here", meaning="nothing was sent to it"),
        Answer(
            id=_PIN,
            words="I compared it: accept this one certificate",
            meaning="no other is taken from then on; shown as pinned, below the minimum",
        ),
    ]
    if config.network.ca_file is None:
        answers.append(
            Answer(
                id=_OWN,
                words="An authority of our own made it: I have its certificate in a file",
                meaning="every server that it vouches for is believed then, also with a new certificate",
            )
        )
    return Question(
        text=f"No authority vouches for {shown.host}. Its certificate is {_in_pairs(shown.fingerprint)} (SHA-256)."
        f" {cautions} Only whoever runs the server can tell you whether that is the right one.",
        answers=answers,
        option=f"{OPTION}, or with a pin in the configuration",
        usual=_NO,
    )


def _in_pairs(fingerprint: str) -> str:
    return ":".join(fingerprint[at : at + 2] for at in range(0, len(fingerprint), 2)).upper()


def _with_server(account: Account, offer: PinOffer) -> Account:
    def pinned(server: Server | None) -> Server | None:
        same = server is not None and (server.host, server.port) == (offer.server.host, offer.server.port)
        return offer.server if same else server

    return replace(account, imap=pinned(account.imap), submission=pinned(account.submission))
