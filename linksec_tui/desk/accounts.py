"""What is done with accounts that exist: taken out, made the first, changed in what a person may say of them.

The configuration is written, the store is not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from linksec_tui.config import Config
from linksec_tui.desk.rooms import Rooms
from linksec_tui.incoming.verdict_name import believing
from linksec_tui.model.account import Account
from linksec_tui.model.letter import OutboxState
from linksec_tui.store import drafts, outbox

_UNDER_WAY = {OutboxState.WAITING, OutboxState.HELD, OutboxState.SUBMITTING, OutboxState.MAYBE_SENT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What taking an account out means, in sentences, before it is done."""

    account: Account
    goes: str
    stays: str
    warning: str = ""


async def removal(rooms: Rooms, account: Account) -> Removal:
    """What would go and what would stay."""
    waiting = [each for each in await rooms.desk.run(outbox.items) if each.account == account.name]
    under_way = sum(each.state in _UNDER_WAY for each in waiting)
    begun = sum(each.account == account.name for each in await rooms.desk.run(drafts.read_all))
    stays = "Its mail stays at the provider, and a copy of what was fetched in the encrypted store on this machine"
    if begun:
        stays += f", with {begun} letter{'' if begun == 1 else 's'} begun"
    warning = ""
    if under_way:
        letters = "1 letter of it waits" if under_way == 1 else f"{under_way} letters of it wait"
        warning = f"{letters} in the outbox, and would not go out any more."
    return Removal(
        account=account,
        goes=_goes(account),
        stays=f"{stays}.",
        warning=warning,
    )


def _goes(account: Account) -> str:
    if account.password_command:
        return "Its place in the configuration goes; its password is kept by your own command."
    kept = "sign-in" if account.oauth else "password"
    return f"Its place in the configuration goes, and its {kept} from where secrets are kept."


async def remove(rooms: Rooms, account: Account) -> Config:
    """Take it out of the configuration, then what let it in out of the drawer. Raises ConfigurationError.

    In this order: a keyring that does not answer leaves an entry that nobody asks for, not an account without one.
    """
    from linksec_tui import config_writer  # deferred: a writer of TOML, hardly ever

    config = config_writer.write(rooms.config, [config_writer.RemoveAccount(name=account.name)])
    await rooms.secrets.forget(account)
    return replace(config, state=rooms.config.state)


def make_first(config: Config, name: str) -> Config:
    """The account that the client begins with, and that letters are from unless said otherwise."""
    from linksec_tui import config_writer  # deferred: as above

    return replace(config_writer.write(config, [config_writer.MakeFirst(name=name)]), state=config.state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a person says of an account beside its servers. `believed`: who tells the truth about senders."""

    display_name: str = ""
    signature: str = ""
    believed: str = ""


def said_of(account: Account) -> Said:
    return Said(display_name=account.display_name, signature=account.signature, believed=account.authserv_id)


def say(config: Config, account: Account, said: Said) -> Config:
    """The configuration with it; what is the same as before is not touched. Raises ConfigurationError."""
    from linksec_tui import config_writer  # deferred: as above

    after = believing(account, said.believed.lower()) if said.believed else replace(account, authserv_id="")
    pairs = (
        ("display_name", account.display_name, said.display_name),
        ("signature", account.signature, said.signature),
        ("authserv_id", account.authserv_id, after.authserv_id),
        ("trusted_hosts", sorted(account.trusted_hosts), sorted(after.trusted_hosts)),
    )
    changes = [
        config_writer.PutInAccount(name=account.name, key=key, value=new or None)
        for key, old, new in pairs
        if new != old
    ]
    return replace(config_writer.write(config, changes), state=config.state) if changes else config
