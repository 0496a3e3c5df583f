"""The sentence of every reason and warning code. `{domain}`, `{host}` and `{others}` are filled in by `explain`.

What a server or resolver said of its failure stands at `{why}`, or in brackets at the end. Of an exchanger that is
promised to be verified it is said otherwise what was seen of it: those sentences end in `-though-promised`.
"""

# ruff: noqa: E501 - one sentence a line reads as the table that it is

from __future__ import annotations

REASONS = {
    # where the mail goes
    "null-mx": "{domain} says that it does not accept mail (null MX, RFC 7505).",
    "no-such-domain": "There is no domain {domain}. Check the spelling.",
    "no-mail-host": "{domain} names no mail server and has no address of its own.",
    "being-asked": "{domain} is being looked up.",
    "route-failed": "Cannot tell where mail for {domain} goes{why}.",
    "route-bogus": "The signatures in {domain}'s DNS do not verify: they are broken, or somebody forged the answer (DNSSEC).",
    "address-literal": "An address in brackets has no domain that could vouch for its server.",
    "host-failed": "Cannot tell where {host} is: its address could not be looked up.",
    "host-private": "{host} leads to a private address, where nobody outside can reach it.",
    "hosts-not-asked": "{domain} names more mail servers than are looked at; of {others} of them nothing is known.",
    "host-absent": "{host} does not exist, so it does not count (DNSSEC).",
    "dnssec-unchecked": (
        "Your resolver's word on DNSSEC cannot be believed, so DANE was not checked."
        ' One line of configuration helps: resolver = "tls://9.9.9.9#dns.quad9.net".'
    ),
    # DANE
    "dane-secure": "{host} publishes which certificate it must show; nobody else can pass for it (DANE, RFC 7672).",
    "dane-unusable": "{host} demands TLS, but what it publishes cannot be used to verify it (DANE, RFC 7672 §2.2).",
    "dane-bogus": "The certificate record of {host} does not verify: it is broken, or somebody forged it (DANE, DNSSEC).",
    "dane-error": "Cannot tell which certificate {host} must show: the lookup failed (DANE).",
    # MTA-STS
    "sts-enforce": "{domain} demands verified TLS and names {host} as its own (MTA-STS, RFC 8461).",
    "sts-unnamed": "{host} is not among the servers that {domain}'s policy names; senders who check pass it by (MTA-STS).",
    "sts-testing": "{domain} is only trying out its policy: letters are delivered even where it fails (MTA-STS testing).",
    "sts-none": "{domain} has withdrawn its policy (MTA-STS none).",
    "sts-invalid": "The policy of {domain} is not valid, so nobody can act on it (MTA-STS).",
    "sts-error": "Cannot tell what {domain} demands of senders (MTA-STS){why}.",
    # sources that could not answer
    "dns-unavailable": "Cannot tell everything about {domain}{why}.",
    "mta-sts-unavailable": "Cannot tell whether the policy of {domain} still stands (MTA-STS){why}.",
    "declaration-unavailable": "Cannot tell whether {domain} declares a level{why}.",
    "declaration-invalid": "What {domain} declares cannot be understood, so it promises nothing.",
    "probe-unavailable": "Cannot tell whether the mail servers of {domain} take TLS{why}.",
    "known-list-unavailable": "Cannot tell what the known list says of {domain}{why}.",
    "memory-unavailable": "Cannot tell what was seen of {domain} before{why}.",
    "bounce-unavailable": "Cannot tell what came back from {domain}{why}.",
    "provider-unavailable": "Cannot tell what your provider does{why}.",
    "user-unavailable": "Cannot tell what you entered about {domain}{why}.",
    # what was seen of the servers
    "starttls-seen-though-promised": "{host} was seen to take TLS, as it promises.",
    "starttls-seen": "{host} was seen to take TLS; somebody who can change the traffic could remove it.",
    "starttls-missing": "{host} was seen not to take TLS: a letter to it can be read by anybody on the way.",
    "starttls-missing-though-promised": "{host} was seen not to take TLS, which it promises.",
    "starttls-failed": "{host} offers TLS but it does not work; most senders then go on in the clear.",
    "starttls-failed-though-promised": "{host} offers TLS, as it promises, but it does not work.",
    "dane-mismatch": "{host} was seen to take TLS, but with another certificate than the one that it publishes (DANE).",
    "sts-mismatch": "{host} was seen to take TLS, but its certificate does not verify, as {domain} demands (MTA-STS){why}.",
    "old-tls-refused": "{host} was seen to take TLS, but only an old version, which senders who check refuse.",
    "starttls-not-seen": "Cannot tell whether {host} takes TLS: it offered none here, but this network may have removed it.",
    "starttls-listed": "{host} is listed as one that takes TLS; nobody looked today.",
    "unreachable": "Cannot tell whether {host} takes TLS: trying from here showed nothing.",
    "nothing-seen": "Nothing shows whether {host} takes TLS.",
    # the sender's provider
    "local": "{domain} is your own provider's: the letter stays inside, unless the recipient forwards it.",
    "provider-enforces-dane": "Your provider checks the certificate and sends the letter back rather than give it to another (DANE).",
    "provider-enforces-mta-sts": "Your provider follows the policy and sends the letter back rather than break it (MTA-STS).",
    "requiretls-enforced": "Your provider is asked to send the letter back rather than go on without protection (REQUIRETLS).",
    "requiretls-agreed": "Your provider agreed to protect the letter on every link; how strictly it does is not known (REQUIRETLS).",
    "provider-unknown": "This holds if your provider uses it – not known.",
    "no-account": "This holds if your provider checks it; without an account that is not known.",
    "provider-ignores-dane": "{domain} could be verified, but your provider does not check it (DANE).",
    "provider-ignores-mta-sts": "{domain} has a policy, but your provider does not follow it (MTA-STS).",
    "provider-no-starttls": "Your provider sends mail to other servers in the clear.",
    # declarations, and the user's own word
    "declared-1": "Its operator promises always to try encryption towards other servers (declared level 1).",
    "declared-2": "Its operator promises that mail is read over protected connections only (declared level 2).",
    "declared-3": "Its operator promises to send a letter back rather than on over an unprotected link (declared level 3).",
    "declared-4": "Its operator promises the same from there on, and reading over protected connections only (declared level 4).",
    "user-exposed": "You entered {domain} as one that does not protect mail.",
    "user-verifiable": "You entered yourself that {domain} can prove its servers.",
}  # fmt: skip

WARNINGS = {
    "possible-attack": "{domain} demands TLS, yet {host} was seen without it: somebody may be removing it.",
    "downgrade-dane": "Weaker than on {since}: then {host} could prove who it is. Somebody may be standing in between.",
    "downgrade-mta-sts": "Weaker than on {since}: then {domain} demanded verified TLS. Somebody may be standing in between.",
    "downgrade-declaration": "Weaker than on {since}: then {domain} vouched for its promise. Somebody may be standing in between.",
    "not-who-you-think": "This may not be who you think: compare the address.",
    "will-come-back": "This letter will be held, perhaps for days, and then come back: your provider insists on proof that fails today.",
    "may-come-back": "This letter may be held, perhaps for days, and then come back, if your provider insists on proof that fails today.",
    "policy-vanished": "The policy of {domain} is in force from memory only; today it could not be confirmed (MTA-STS).",
    "listed-but-not-confirmed": "{domain} is listed as one that demanded verified TLS on {since}, but today it does not say so (MTA-STS).",
    "policy-invalid": "{domain} publishes a policy that is not valid; it protects nobody (MTA-STS).",
    "old-tls": "{host} takes only old TLS, which can be broken (TLS 1.0 or 1.1, or old ciphers).",
    "network-may-remove-encryption": "This network may be removing TLS from mail connections; try from another.",
    "list": "This is a mailing list: it passes the letter on to people we can't check.",
}  # fmt: skip
