"""The system's keyring, through the few back ends that are known to keep a secret; off the event loop.

`keyring` chooses a back end by itself: a plain file where keyrings.alt is installed, a prompt on the terminal (inside
our screens) with keyrings.cryptfile, and one that forgets everything where `null` is configured. So the list of those
that we accept is ours, and what was written is read back.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

from linksec_tui.model.account import Account
from linksec_tui.model.errors import KeychainUnusable
from linksec_tui.model.visible import visible

T = TypeVar("T")

SERVICE = "linksec-tui"
TIMEOUT = 30.0  # seconds: a locked keyring asks the person for its password
PATIENCE = 2.0  # seconds, until the person is told what is being waited for
_PROBE = "is this keyring usable?"

ACCEPTED = {
    "keyring.backends.SecretService.Keyring": "Secret Service",
    "keyring.backends.libsecret.Keyring": "libsecret",
    "keyring.backends.kwallet.DBusKeyring": "KWallet",
    "keyring.backends.kwallet.DBusKeyringKWallet4": "KWallet 4",
    "keyring.backends.macOS.Keyring": "macOS Keychain",
    "keyring.backends.Windows.WinVaultKeyring": "Windows Credential Manager",
}
_WHY_NOT = {
    "keyring.backends.null.": "it forgets what it is given",
    "keyring.backends.fail.": "there is none to be found",
    "keyring.backends.chainer.": "it passes secrets on to any other",
    "keyrings.alt.": "it may keep secrets in a readable file",
    "keyrings.cryptfile.": "it asks for its password in the middle of the screen",
}
_UNKNOWN = "it is not known to keep a secret"
_SILENT = ("keyring.backends.fail.", "keyring.backends.chainer.")  # always there, never installed by anybody


class Backend(Protocol):
    """What `keyring` promises of every back end."""

    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A back end that is installed, or was configured, and is not used."""

    backend: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is there. `name` is empty where nothing is acceptable."""

    backend: Backend | None = None
    name: str = ""
    refused: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeychainState:
    """Can secrets be kept here, by whom, and if not, why not: `problem` is a sentence."""

    usable: bool
    backend: str = ""
    refused: tuple[Refused, ...] = ()
    problem: str = ""


class Keychain:
    """Secrets by name. Raises KeychainUnusable where the keyring cannot be asked; "no such entry" is None."""

    def __init__(
        self,
        choose: Callable[[], Choice] | None = None,
        *,
        timeout: float = TIMEOUT,
        waiting: Callable[[str], None] | None = None,
    ) -> None:
        self._choose = choose or choose_backend
        self._timeout = timeout
        self._waiting = waiting
        self._choice: Choice | None = None
        self._turn = asyncio.Lock()

    async def usable(self) -> KeychainState:
        """Look, and read an entry that does not exist: a back end can be there and not answer."""
        try:
            choice = await self._chosen()
            await self.read_secret(_PROBE)
        except KeychainUnusable as error:
            choice = self._choice or Choice()
            return KeychainState(usable=False, backend=choice.name, refused=choice.refused, problem=error.sentence)
        return KeychainState(usable=True, backend=choice.name, refused=choice.refused)

    async def read_secret(self, name: str) -> str | None:
        backend = await self._backend()
        return await self._ask(lambda: backend.get_password(SERVICE, name))

    async def write_secret(self, name: str, secret: str) -> None:
        """Keep a secret, and make sure of it."""
        backend = await self._backend()
        await self._ask(lambda: backend.set_password(SERVICE, name, secret))
        if await self.read_secret(name) != secret:
            raise KeychainUnusable(
                "The keyring took the secret, but does not give it back.", "Choose another way to keep it."
            )

    async def delete_secret(self, name: str) -> None:
        """Idempotent."""
        backend = await self._backend()
        if await self.read_secret(name) is not None:
            await self._ask(lambda: backend.delete_password(SERVICE, name))

    async def password_for(self, account: Account) -> str | None:
        return await self.read_secret(password_entry(account))

    async def store_password(self, account: Account, password: str) -> None:
        await self.write_secret(password_entry(account), password)

    async def _backend(self) -> Backend:
        choice = await self._chosen()
        if choice.backend is None:
            reasons = "; ".join(f"{one.backend} is refused: {one.why}" for one in choice.refused)
            raise KeychainUnusable(
                f"No keyring is usable here{f' ({reasons})' if reasons else ''}.",
                'Set password_command, or [store] key = "passphrase", in the configuration.',
            )
        return choice.backend

    async def _chosen(self) -> Choice:
        if self._choice is None:
            self._choice = await self._ask(self._choose)
        return self._choice

    async def _ask(self, work: Callable[[], T]) -> T:
        """One question at a time: a locked keyring would show a window of its own for each."""
        async with self._turn:
            try:
                return await self._told_of(_in_thread(work, self._timeout))
            except TimeoutError as error:
                raise KeychainUnusable(
                    f"The keyring did not answer within {self._timeout:.0f} seconds.", "Unlock it, and try again."
                ) from error
            except KeychainUnusable:
                raise
            except Exception as error:  # noqa: BLE001 - back ends raise what their own libraries raise
                # The error's text may quote what was to be kept, so only its kind is told, and its cause is not kept.
                raise _refusal(type(error).__name__) from None

    async def _told_of(self, answer: Coroutine[Any, Any, T]) -> T:
        """Whoever waits for longer than a working keyring takes is told for what."""
        if self._waiting is None:
            return await answer
        asking = asyncio.ensure_future(answer)
        try:
            done, _ = await asyncio.wait([asking], timeout=PATIENCE)
            if not done:
                self._waiting("Waiting for the keyring: it may want to be unlocked, in a window of its own.")
            return await asking
        finally:
            asking.cancel()


def _refusal(kind: str) -> KeychainUnusable:
    match kind:
        case "KeyringLocked":
            return KeychainUnusable("The keyring is locked, and was not unlocked.", "Unlock it, and try again.")
        case "InitError" | "NoKeyringError":
            return KeychainUnusable(
                f"The keyring cannot be reached ({kind}).",
                "Start the session's keyring, or choose another way to keep secrets.",
            )
        case "PasswordSetError" | "PasswordDeleteError":
            return KeychainUnusable(f"The keyring would not change anything ({kind}).", "Unlock it, and try again.")
        case _:
            return KeychainUnusable(f"The keyring refused ({kind}).", "Unlock it, and try again.")


def password_entry(account: Account) -> str:
    """Where an account's password stands: by user and server, so that renaming an account loses nothing."""
    server = account.imap or account.submission
    return f"password of {account.user or account.address} at {server.host if server else account.address.domain}"


def store_key_entry(state: Path) -> str:
    """Where the key of one state directory's store stands; several worlds never mix."""
    return f"store key of {state.expanduser().absolute()}"


def choose_backend() -> Choice:
    """The best of the accepted back ends, or the one that the person configured for `keyring`. Blocks."""
    from keyring import backend, core  # deferred: 200 ms, and another 100 ms for the search

    try:
        configured = core.load_env() or core.load_config()
    except Exception:  # noqa: BLE001 - whatever a file or variable of the person's names, or fails to name
        return Choice(refused=(Refused(backend="the one that is configured", why="it cannot be loaded"),))
    found = [configured] if configured else sorted(backend.get_all_keyring(), key=backend.by_priority, reverse=True)
    return _judge({f"{type(one).__module__}.{type(one).__qualname__}": cast("Backend", one) for one in found})


def _judge(found: Mapping[str, Backend]) -> Choice:
    """The first accepted one, and why each of the others is not; by the names of their classes, best first."""
    refused = tuple(
        Refused(backend=visible(name), why=_why_not(name))
        for name in found
        if name not in ACCEPTED and (len(found) == 1 or not name.startswith(_SILENT))
    )
    for name, one in found.items():
        if name in ACCEPTED:
            return Choice(backend=one, name=ACCEPTED[name], refused=refused)
    return Choice(refused=refused)


def _why_not(name: str) -> str:
    return next((why for start, why in _WHY_NOT.items() if name.startswith(start)), _UNKNOWN)


async def _in_thread(work: Callable[[], T], seconds: float) -> T:
    """In a daemon thread of its own: one that hangs in a prompt must not keep the program from ending."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(error: Exception | None, value: T | None) -> None:
        if answer.done():
            return
        if error is None:
            answer.set_result(value)  # pyright: ignore[reportArgumentType]  # None only where T is
        else:
            answer.set_exception(error)

    def run() -> None:
        try:
            error, value = None, work()
        except Exception as raised:  # noqa: BLE001 - handed to whoever awaits it
            error, value = raised, None
        with suppress(RuntimeError):  # the loop has ended meanwhile: nobody waits any more
            loop.call_soon_threadsafe(settle, error, value)

    threading.Thread(target=run, name="keyring", daemon=True).start()
    async with asyncio.timeout(seconds):
        return await answer
