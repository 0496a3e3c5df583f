"""What a provider's submission server offers, in the words of the ladder (link-security.md §§3, 9). Pure.

What the provider insists on is `proof.insistence_text`.
"""

from __future__ import annotations

from .evidence import Answer, Mechanism, ProviderFacts

_PROMISES = {
    1: "always tries to encrypt",
    2: "always tries to encrypt, and lets mail be read only over encrypted connections",
    3: "sends a letter back rather than pass it on over an unprotected link, where the letter asks for it",
    4: "sends a letter back rather than pass it on to a server that does not promise the same, where the letter asks"
    " for it",
}


def offers_words(facts: ProviderFacts) -> tuple[str, ...]:
    """One sentence each; nothing where the server was not met yet."""
    if facts.requiretls_offered is None:
        return ()
    told = [_requiretls(facts)]
    if facts.linksec_level:
        promise = _PROMISES[min(facts.linksec_level, max(_PROMISES))]
        told.append(f"It declares link-security level {facts.linksec_level}: it {promise}.")
    if facts.dsn_offered:
        told.append("It reports what became of a letter (DSN).")
    else:
        told.append("It offers no delivery reports (DSN): a letter that comes back is recognised by its text.")
    return tuple(told)


def _requiretls(facts: ProviderFacts) -> str:
    if not facts.requiretls_offered:
        return "It does not offer REQUIRETLS: a letter cannot demand protection beyond it."
    match facts.answer(Mechanism.REQUIRETLS):
        case Answer.YES:
            return "It offers REQUIRETLS and keeps to it: what demands protection arrives protected or comes back."
        case Answer.NO:
            return "It offers REQUIRETLS, and is known not to keep to it."
        case Answer.UNKNOWN:
            return "It offers REQUIRETLS: it agrees to send back what it cannot protect. Whether it does is not known."
