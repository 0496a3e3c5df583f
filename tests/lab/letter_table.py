"""docs/letters.md: what is said of a letter to each domain before it is sent, what happens to it, what comes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from linksec_tui.model.ladder import Glyphs, glyph_of
from linksec_tui.model.letter import Choice
from tests.lab import claims, domains
from tests.lab.domains import Domain
from tests.lab.letter_claims import AND_THE_NOTICE
from tests.lab.letter_fates import INSISTING, STRICT, Fate, Provider, Round
from tests.lab.letter_round import WISHES, Wish

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "letters.md"
_TITLES = (
    *("domain", "what it is", "you ask for", "said beforehand", "the letter", "a notice instead"),
    *("why it came back, in its words", "note"),
)
_HEAD = """\
# What is said, and what happens

Letters from this program to every domain of [the lab](lab.md), at every requirement, with every answer that the
[gate](writing.md#the-gate-and-what-is-stored-of-your-decision) offers, through real Postfix. What was said before
sending stands beside what the logs of both ends say became of it, and what this program made of the report where
something came back. `.venv/bin/python -m tests.lab letters` writes this file anew;
`make test-lab` compares it with the lab as it runs.

- *Said beforehand*: the badge, and what stands beside it. Who falls short of what you ask for is decided about at the
  gate; what it says of them stands here. Whoever was left out there was sent nothing, and a draft was kept for them.
- *The letter*: as it is, to those who pass; *anyway*, to those who do not, by the sender's own word; *or back*, with
  their wish that it arrive protected or come back (REQUIRETLS). *Verified* is: under DANE or MTA-STS. The version of
  TLS is what the receiving server saw.
- *A notice instead*: the [safe notice](protocol.md#5-the-safe-notice), where that was the answer.

A letter comes back at the first failure here; other providers try for days. What must hold in every row is written
down in `tests/lab/letter_claims.py`: what was sent arrives or comes back; nothing goes out below what was asked for
unless the sender said so; who is left out gets nothing, and is not named to the others; who gets a notice has nothing
of the letter in their mailbox; *will come back* is said where it does and nowhere else; what comes back is known to be
ours, and explained by its cause. A note says why something need not hold.
"""


@dataclass(frozen=True, slots=True)
class _Row:
    """What one domain's fate is under one or several wishes."""

    before: str
    letter: str
    notice: str
    returned: str


def render(shown: Mapping[Provider, Round]) -> str:
    """The document; of a provider that is not there, what stood in it before."""
    return _HEAD + "".join(
        f"\n## {provider.title}\n\n{table(shown[provider], provider) if provider in shown else standing(provider)}"
        for provider in (INSISTING, STRICT)
    )


def standing(provider: Provider) -> str:
    """The provider's table as it stands in the document."""
    written = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else ""
    return written.partition(f"## {provider.title}\n\n")[2].partition("\n## ")[0]


def table(shown: Round, provider: Provider) -> str:
    """One provider's."""
    return "".join(f"{line}\n" for line in _lines(shown, provider))


def _lines(shown: Round, provider: Provider) -> Iterator[str]:
    yield _line(*_TITLES)
    yield _line(*["---"] * len(_TITLES))
    exceptions = claims.read_exceptions(provider.exceptions)
    for domain in domains.DOMAINS:
        note = exceptions[domain.name].reason if domain.name in exceptions else ""
        beginning = (domain.name, domain.what)
        for row, wishes in _rows(shown, domain).items():
            yield _line(*beginning, _asked(wishes), row.before, row.letter, row.notice, row.returned, note)
            beginning, note = ("", ""), ""


def _rows(shown: Round, domain: Domain) -> Mapping[_Row, list[Wish]]:
    rows: dict[_Row, list[Wish]] = {}
    for wish in WISHES:
        fates = [fate for fate in shown.fates if fate.domain == domain and fate.wish == wish]
        rows.setdefault(_row(fates), []).append(wish)
    return rows


def _row(fates: list[Fate]) -> _Row:
    returned = (each.line.happened.partition(" came back: ")[2] for fate in fates for each in fate.returned)
    return _Row(
        before=_once(map(_before, fates)),
        letter=_once(_became(fate) for fate in fates if fate.choice not in (Choice.NOTICE, Choice.LEAVE_OUT)),
        notice=_once(_became(fate) for fate in fates if fate.choice is Choice.NOTICE),
        returned=_once(returned),
    )


def _before(fate: Fate) -> str:
    rung = fate.decided.assurance  # no higher than Encrypted where TLS may fail
    badge = f"{glyph_of(rung, Glyphs.UNICODE)} {rung.word}"
    back = "; will come back" if fate.said.assessment.warned("will-come-back") else ""
    if fate.said.passes:
        return badge + back
    price = fate.said.why.partition(f", you ask for {fate.wish.requirement.word}: ")[2] or fate.said.why
    too = ", and the notice too" if AND_THE_NOTICE in fate.said.why else ""
    return f"{badge}; gate: {price.partition('.')[0] if price != fate.said.why else price}{back}{too}"


def _became(fate: Fate) -> str:
    words = {Choice.LOWER: "anyway: ", Choice.TRY: "or back: "}.get(fate.choice, "")
    return f"{words}{fate.did}{f', {fate.over}' if fate.over else ''}"


def _once(words: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(words)) or "–"


def _asked(wishes: list[Wish]) -> str:
    """“any to enforced”: what comes to the same follows upon each other on the ladder."""
    ladder = [wish.requirement.value for wish in wishes if not wish.tls_optional]
    ladder = [*ladder[:1], *ladder[1:][-1:]]
    optional = [wish.word for wish in wishes if wish.tls_optional]
    return ", or ".join(filter(None, (" to ".join(ladder), *optional)))


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |".replace("|  |", "| |").replace("|  |", "| |")
