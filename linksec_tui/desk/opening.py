"""Opening a desk: the key, the two files, the network, and everything wired together once."""

from __future__ import annotations

import asyncio
import secrets as randomness
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from linksec_tui.accounts.oauth_tokens import Tokens
from linksec_tui.config import Config
from linksec_tui.desk.address_book import AddressBook
from linksec_tui.desk.answering import Answering
from linksec_tui.desk.assessing import Assessing
from linksec_tui.desk.at_work import at_work
from linksec_tui.desk.auditing import Auditing
from linksec_tui.desk.broadcast import Broadcast
from linksec_tui.desk.correspondence import Correspondence
from linksec_tui.desk.desk import Desk
from linksec_tui.desk.drafting import Drafting
from linksec_tui.desk.drawers import drawer_of
from linksec_tui.desk.early_mail import EarlyMail
from linksec_tui.desk.enclosures import Enclosures
from linksec_tui.desk.fetching import Fetching
from linksec_tui.desk.filing import Filing
from linksec_tui.desk.importing import Importing
from linksec_tui.desk.indexing import Indexing
from linksec_tui.desk.inspecting import Inspecting
from linksec_tui.desk.known import Known
from linksec_tui.desk.known_book import KnownBook
from linksec_tui.desk.memory import StoredMemory
from linksec_tui.desk.naming import Naming
from linksec_tui.desk.own_hop import OwnHop
from linksec_tui.desk.people import People
from linksec_tui.desk.posted import Posted
from linksec_tui.desk.providers import Providers
from linksec_tui.desk.replaying import Replaying
from linksec_tui.desk.returned import Returned
from linksec_tui.desk.rooms import Rooms
from linksec_tui.desk.saving import Saving
from linksec_tui.desk.searching import Searching
from linksec_tui.desk.secrets import Brought, Secrets
from linksec_tui.desk.sender_lookup import SenderLookup
from linksec_tui.desk.sending import Sending
from linksec_tui.desk.spelling import Spelling
from linksec_tui.desk.standing import Standing
from linksec_tui.desk.store_files import DESK_FILE, MAIL_FILE
from linksec_tui.desk.unlock import Ask, EarlyKey, store_key
from linksec_tui.desk.views import Views
from linksec_tui.link.gather import Gatherer, Wiring
from linksec_tui.model.errors import NoKey, StoreDamaged
from linksec_tui.store.rebuild import begin_anew
from linksec_tui.store.vault import Vault, open_vault
from linksec_tui.wire.dial import Dialler
from linksec_tui.wire.https_form import FormSender
from linksec_tui.wire.keychain import Keychain
from linksec_tui.wire.resolver import Resolver, open_resolver


@dataclass(frozen=True, slots=True, kw_only=True)
class _Files:
    """The open store, and what must be told about it."""

    mail: Vault
    desk: Vault
    notices: tuple[str, ...]


@asynccontextmanager
async def open_desk(
    config: Config,
    *,
    worker: bool = True,
    mailboxes: bool = True,
    passphrase: Ask | None = None,
    waiting: Callable[[str], None] | None = None,
    brought: Brought | None = None,
    key: EarlyKey | None = None,
    mail: EarlyMail | None = None,
) -> AsyncGenerator[Desk]:
    """A desk, and with `worker` the tasks behind it; without `mailboxes` they submit and do not synchronise.

    `waiting` is told what is waited for, where a keyring has to be unlocked. What is `brought` is kept before a server
    asks for it. `key` is the store's, where somebody has asked for it already.
    `mail` is what came of the first account before there was a store.
    Raises NoKey and StoreError before anything is written, ConfigurationError.
    """
    async with AsyncExitStack() as stack:
        secrets = mail.secrets if mail else Secrets()
        secrets.keychain, secrets.ask = Keychain(waiting=waiting), passphrase
        files = await _open_files(config, lambda: store_key(config, secrets, passphrase, key), stack)
        resolver = open_resolver(config.network, utc_now)
        stack.push_async_callback(resolver.close)
        rooms = _rooms(config, files, secrets, resolver)
        if brought is not None:
            await secrets.take(brought)
        known = KnownBook(vault=rooms.desk)
        await known.refresh()
        desk = _desk(rooms, resolver, known, files.notices)
        await desk.auditing.refresh()
        desk.correspondence.early = mail
        _close_with(stack, desk)
        if not worker:
            yield desk
            return
        async with at_work(desk, mailboxes=mailboxes):
            yield desk


def _close_with(stack: AsyncExitStack, desk: Desk) -> None:
    stack.push_async_callback(desk.correspondence.close)
    stack.callback(desk.rooms.broadcast.close)
    stack.callback(desk.enclosures.close)
    stack.push_async_callback(desk.spelling.close)


async def _open_files(config: Config, unlock: Callable[[], Awaitable[bytes]], stack: AsyncExitStack) -> _Files:
    try:
        key = await unlock()
    except NoKey as error:
        if config.accounts or config.store.key is not None:
            raise
        return await _passing_files(error, stack)
    return await _open_both(config.state, key, stack)


async def _passing_files(error: NoKey, stack: AsyncExitStack) -> _Files:
    """Nothing is configured and there is no keyring: a look at recipients works all the same, and leaves no memory."""
    directory = stack.enter_context(tempfile.TemporaryDirectory(prefix="linksec-tui-"))
    files = await _open_both(Path(directory), randomness.token_bytes(32), stack)
    return replace(files, notices=(f"{error.sentence} Nothing is remembered after this.",))


async def _open_both(state: Path, key: bytes, stack: AsyncExitStack) -> _Files:
    desk = await asyncio.to_thread(open_vault, state / DESK_FILE, key, schema="desk")
    stack.callback(desk.close)
    mail = await asyncio.to_thread(_open_mail, state / MAIL_FILE, key)
    stack.callback(mail[0].close)
    notices = tuple(filter(None, (desk.notice, mail[0].notice, mail[1])))
    return _Files(mail=mail[0], desk=desk, notices=notices)


def _open_mail(path: Path, key: bytes) -> tuple[Vault, str]:
    """mail.db can be fetched again: damaged, or of another key than desk.db, it is set aside, and that is said."""
    try:
        return open_vault(path, key, schema="mail"), ""
    except (StoreDamaged, NoKey):
        notice = begin_anew(path)
        return open_vault(path, key, schema="mail"), notice


def _rooms(config: Config, files: _Files, secrets: Secrets, resolver: Resolver) -> Rooms:
    dialler = Dialler(
        addresses_of=resolver.addresses,
        connect_to=config.network.connect_to,
        private_addresses=config.network.private_addresses,
    )
    secrets.tokens = Tokens(
        drawer=drawer_of(config.store.secrets, secrets.keychain, files.desk),
        forms=FormSender(dialler=dialler, ca_file=config.network.ca_file),
        clock=utc_now,
        state=config.state,
    )
    return Rooms(
        config=config,
        mail=files.mail,
        desk=files.desk,
        dialler=dialler,
        secrets=secrets,
        broadcast=Broadcast(),
        clock=utc_now,
        token=lambda: randomness.token_hex(16),
    )


def _desk(rooms: Rooms, resolver: Resolver, known: KnownBook, notices: tuple[str, ...]) -> Desk:
    memory = StoredMemory(vault=rooms.desk, clock=rooms.clock)
    providers = Providers(rooms=rooms, known=known)
    gatherer = _gatherer(rooms, resolver, memory, known)
    assessing = Assessing(rooms=rooms, providers=providers, gatherer=gatherer, known=known)
    book = AddressBook(rooms=rooms)
    people = People(rooms=rooms, memory=memory, book=book)
    correspondence = _correspondence(rooms, resolver, book)
    sending = _sending(assessing, people, correspondence)
    drafting = Drafting(rooms=rooms)
    standing = Standing()
    replaying = Replaying(rooms=rooms, correspondence=correspondence, standing=standing)
    return Desk(
        rooms=rooms,
        providers=providers,
        memory=memory,
        assessing=assessing,
        drafting=drafting,
        spelling=Spelling(dictionary=rooms.config.compose.spelling),
        sending=sending,
        posted=Posted(rooms=rooms),
        auditing=Auditing(rooms=rooms, correspondence=correspondence, providers=providers, assessing=assessing),
        correspondence=correspondence,
        enclosures=Enclosures(correspondence=correspondence, drafting=drafting),
        filing=Filing(rooms=rooms, correspondence=correspondence, replaying=replaying),
        searching=Searching(rooms=rooms, correspondence=correspondence),
        naming=Naming(rooms=rooms),
        saving=Saving(rooms=rooms, correspondence=correspondence),
        importing=Importing(rooms=rooms, correspondence=correspondence),
        fetching=Fetching(rooms=rooms, correspondence=correspondence, standing=standing, replaying=replaying),
        views=Views(rooms=rooms),
        answering=Answering(rooms=rooms, correspondence=correspondence, drafting=drafting, people=people),
        returned=_returned(memory, assessing, sending, correspondence),
        known=Known(rooms=rooms, book=known),
        people=people,
        own_hop=OwnHop(rooms=rooms, resolver=resolver, providers=providers, known=known, standing=standing),
        standing=standing,
        notices=notices,
    )


def _sending(assessing: Assessing, people: People, correspondence: Correspondence) -> Sending:
    rooms, providers = assessing.rooms, assessing.providers
    return Sending(rooms=rooms, assessing=assessing, providers=providers, people=people, correspondence=correspondence)


def _returned(memory: StoredMemory, assessing: Assessing, sending: Sending, correspondence: Correspondence) -> Returned:
    rooms = assessing.rooms
    return Returned(rooms=rooms, correspondence=correspondence, assessing=assessing, memory=memory, sending=sending)


def _correspondence(rooms: Rooms, resolver: Resolver, book: AddressBook) -> Correspondence:
    lookup = SenderLookup(resolver=resolver, timeout=rooms.config.network.timeout)
    inspecting = Inspecting(rooms=rooms, book=book, lookup=lookup)
    return Correspondence(rooms=rooms, inspecting=inspecting, indexing=Indexing(rooms=rooms))


def _gatherer(rooms: Rooms, resolver: Resolver, memory: StoredMemory, known: KnownBook) -> Gatherer:
    own = (account.address.domain for account in rooms.config.accounts)
    return Gatherer(
        Wiring(
            network=rooms.config.network,
            resolver=resolver,
            dialler=rooms.dialler,
            policies=memory,
            memory=memory,
            clock=rooms.clock,
            own_domains=tuple(dict.fromkeys(own)),
            known=known.listed,
        )
    )


def utc_now() -> datetime:
    """The clock; everything below gets it handed in."""
    return datetime.now(UTC)
