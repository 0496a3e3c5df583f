"""What set-up asks once, in words, and writes into the configuration: where secrets are kept, whom names are asked of.

Nothing is asked that is settled: by a usable keyring, by what the configuration says, by an earlier account.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from linksec_tui.config import Config, KeySource, Lookups, SecretsIn
from linksec_tui.desk.drawers import Keeping, ways_to_keep
from linksec_tui.desk.unlock import has_store
from linksec_tui.incoming.verdict_name import believing
from linksec_tui.model.account import Account
from linksec_tui.model.set_up import Answer, Person, Question, StoryLine, Went
from linksec_tui.model.verification import VerdictName
from linksec_tui.wire.keychain import KeychainState
from linksec_tui.wire.resolver import open_resolver

BELIEVED = "tls://9.9.9.9#dns.quad9.net"
_STAY, _QUAD9 = "stay", "quad9"
_YES, _NO = "believe", "ignore"


async def choose_keeping(config: Config, account: Account, keyring: KeychainState, person: Person) -> Keeping | None:
    """Where secrets are to be kept; None where that is settled."""
    if config.store.secrets is not SecretsIn.KEYRING or account.password_command:
        return None  # settled, or nothing of this account's is kept anywhere
    if keyring.usable and config.store.key in (None, KeySource.KEYRING):
        text = f"The keys to your mail are kept in this system's keyring ({keyring.backend})."
        person.tell(StoryLine(key="keeping", text=text, went=Went.WELL))
        return None
    ways = [way for way in _ways(config, keyring) if account.oauth is None or not way.command]
    by_id = {_id(way): way for way in ways if way.possible}
    answers = [Answer(id=id_, words=way.name, meaning=way.meaning) for id_, way in by_id.items()]
    why = "" if keyring.usable else f"{keyring.problem} "
    question = Question(
        text=f"{why}Where should the keys to your mail be kept? You are asked this once.",
        answers=answers,
        option="--keep",
    )
    return by_id[await person.choose(question)]


def _id(way: Keeping) -> str:
    """As it is called on a command line."""
    return "command" if way.command else way.settings["secrets"]


def _ways(config: Config, keyring: KeychainState) -> Sequence[Keeping]:
    """With a store that exists, or whose key the configuration names, only what does not change how that is opened."""
    if config.store.key is None and not has_store(config.state):
        return ways_to_keep(keyring)
    opened_already = {SecretsIn.STORE: _IN_THE_STORE, SecretsIn.SESSION: _NOWHERE}
    offered = [opened_already[SecretsIn.STORE], opened_already[SecretsIn.SESSION]]
    if keyring.usable:
        in_keyring = ways_to_keep(keyring)[0]
        offered.insert(0, replace(in_keyring, settings={"secrets": SecretsIn.KEYRING.value}))
    return offered


_IN_THE_STORE = Keeping(
    name="In linksec-tui's own store",
    meaning="Beside your mail, encrypted, and opened as that is.",
    settings={"secrets": SecretsIn.STORE.value},
)
_NOWHERE = Keeping(
    name="Nowhere",
    meaning="You type the password at each start; it is forgotten at the end.",
    settings={"secrets": SecretsIn.SESSION.value},
)


async def choose_resolver(config: Config, clock: Callable[[], datetime], person: Person) -> str:
    """Another resolver for `[network] resolver`, where the present one cannot be believed; empty to stay."""
    resolver = open_resolver(config.network, clock)
    await resolver.close()
    if resolver.believed:
        person.tell(StoryLine(key="resolver", text=f"DANE can be checked from here. {resolver.upstream.why}"))
        return ""
    question = Question(
        text="DANE cannot be checked from here: your resolver's word on signed DNS is not believed."
        f" {resolver.upstream.why}",
        answers=(
            Answer(
                id=_STAY,
                words="Stay with it",
                meaning="protection by DANE is not seen then; your network sees what you look up",
            ),
            Answer(
                id=_QUAD9,
                words="Ask Quad9 instead, over TLS",
                meaning="the foundation behind dns.quad9.net sees which domains you look up, and your network does not",
            ),
        ),
        option="--resolver",
        usual=_STAY,
    )
    chosen = await person.choose(question)
    return BELIEVED if chosen == _QUAD9 else ""


async def choose_lookups(config: Config, person: Person) -> Lookups:
    """When recipients are looked up. What that tells others is said here, once."""
    question = Question(
        text="To tell how protected a recipient is, names are looked up: your DNS resolver sees the domains that you"
        " write to, and a domain's own web server sees that somebody at your network address asks for its policy."
        " Nobody is told an address, and reading a letter looks up nothing.",
        answers=(
            Answer(id=Lookups.TYPING, words="Look up while I type", meaning="as soon as an address is complete"),
            Answer(id=Lookups.ASKED, words="Only when I ask", meaning="until then nothing is known of a recipient"),
        ),
        option="--lookups",
        usual=config.lookups,
    )
    return Lookups(await person.choose(question))


async def choose_verdicts(found: VerdictName | None, account: Account, person: Person) -> Account:
    """The account as it is to be: is the name that its letters carry the provider's? By a person's word only."""
    if found is None:
        return account
    question = Question(
        text=f"On {found.letters} of your last {found.of} letters, {found.name} tells what it found out about who sent"
        " them. Is that your provider?",
        answers=(
            Answer(
                id=_NO,
                words="I do not know",
                meaning="who sent a letter is looked at here alone; Accounts lets you say it later",
            ),
            Answer(id=_YES, words="Yes, believe it", meaning="the mark beside a sender then goes by what it found out"),
        ),
        option="--verdicts",
        usual=_NO,
    )
    return believing(account, found.name) if await person.choose(question) == _YES else account
