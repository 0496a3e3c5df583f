"""What the verbs work with: the configuration, the open files, the network, the clock. Wired once, in `opening`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from linksec_tui.config import Config
from linksec_tui.desk.broadcast import Broadcast
from linksec_tui.desk.secrets import Secrets
from linksec_tui.model.account import Account
from linksec_tui.model.errors import ConfigurationError, StoreError
from linksec_tui.store.vault import Vault
from linksec_tui.wire.dial import Dialler

log = logging.getLogger("linksec_tui.desk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms:
    """Frozen: whoever holds it may ask, nobody rewires. `token` gives unguessable letters and digits."""

    config: Config
    mail: Vault
    desk: Vault
    dialler: Dialler
    secrets: Secrets
    broadcast: Broadcast
    clock: Callable[[], datetime]
    token: Callable[[], str]

    async def keep_copy(self) -> None:
        """Renew desk.db's verified copy. What could not be copied is safe all the same, in the file itself."""
        try:
            await self.desk.keep_copy()
        except StoreError as error:
            log.warning("no copy of desk.db: %s", error)

    def account(self, name: str | None = None) -> Account:
        """The named account, or the first. Raises ConfigurationError."""
        found = self.config.account(name or None)
        if found is None:
            raise ConfigurationError(
                f"There is no account called {name}." if name else "There is no account yet.",
                "Add one to the configuration: `linksec-tui config path` tells where it is.",
            )
        return found
