"""Every key of the configuration: what may stand there, what counts without it, and what it is for.

docs/configuration.md is made from it (`config_reference`); a test holds it against what `config_file` really reads.
The meanings are Markdown, with links as they lead from there.
"""

from __future__ import annotations

from linksec_tui import config_words_account
from linksec_tui.config import (
    Compose,
    Download,
    KeySource,
    Lookups,
    Mail,
    Network,
    Notify,
    ProbeWhen,
    SecretsIn,
    Store,
    Theme,
)
from linksec_tui.config_entry import FLAG, NUMBER, TEXT, TEXTS, Section, one_of, rows, shown
from linksec_tui.model.audit import Breaks
from linksec_tui.model.oauth import OAuth

_TOP = rows(
    (
        "lookups",
        one_of(Lookups),
        shown(Lookups.TYPING),
        "when names are looked up: while you type, or only when you ask for it",
    ),
)
_NETWORK = rows(
    (
        "resolver",
        TEXT,
        shown(Network().resolver),
        (
            'who is asked: `"system"`, `"127.0.0.1"`, `"127.0.0.1:5353"`, `"tls://9.9.9.9#dns.quad9.net"`,'
            ' `"https://dns.quad9.net/dns-query"` (needs `linksec-tui[doh]`);'
            " [what it hears](threat-model.md#what-looking-up-a-recipient-tells-and-whom)"
        ),
    ),
    (
        "trusted",
        FLAG,
        shown(Network().trusted),
        (
            "believe this resolver's DNSSEC verdict; implied for DoT, DoH and a loopback address named here"
            " ([when](link-security.md#21-facts-have-more-than-two-values))"
        ),
    ),
    ("ca_file", TEXT, "", "a file with more roots, for policy hosts and your own servers; relative to this file"),
    (
        "connect_to",
        TEXTS,
        "`[]`",
        (
            '`"HOST:PORT:ADDRESS:PORT"`, as curl means it; an empty HOST or PORT stands for any, an empty ADDRESS for'
            " the host's own"
        ),
    ),
    ("probe", one_of(ProbeWhen), shown(Network().probe), "when exchangers may be asked whether they take TLS"),
    (
        "private_addresses",
        FLAG,
        shown(Network().private_addresses),
        "allow exchangers and policy hosts at loopback or private addresses: labs, company networks",
    ),
    ("timeout", NUMBER, shown(Network().timeout), "seconds for one whole assessment, 1 to 120"),
)
_PATHS = rows(
    (
        "state",
        TEXT,
        "the platform's place",
        "the directory of the encrypted store, of what is remembered, and of the outbox; relative to this file",
    ),
)
_STORE = rows(
    (
        "key",
        one_of(KeySource),
        f'{shown(KeySource.KEYRING)}, or `"password"` where no keyring is usable and a `password_command` is set',
        (
            "where the store's key comes from: the system's keyring; a command; asked on the terminal; or a random key"
            " wrapped (Argon2id) under what `password_command` prints"
        ),
    ),
    ("key_command", TEXT, "", 'for `key = "command"`: prints 64 hexadecimal digits'),
    (
        "secrets",
        one_of(SecretsIn),
        shown(Store().secrets),
        (
            "where passwords and sign-ins are kept: the keyring; the encrypted store itself, which then needs another"
            " `key` than the keyring; or nowhere: asked for at each start ([more](oauth.md#where-secrets-are-kept))"
        ),
    ),
)
_OAUTH = rows(
    ("client_id", TEXT, "", "required: what the provider calls the program that you registered"),
    ("client_secret", TEXT, "", "where the provider gives one to programs that people install"),
    ("authorization_endpoint", TEXT, "known of two", "the https address that the browser begins at"),
    ("device_endpoint", TEXT, "known of Microsoft", "the https address that gives out codes"),
    ("token_endpoint", TEXT, "known of two", "the https address that gives out tokens"),
    ("scopes", TEXTS, "known of two", "the rights that are asked for"),
    (
        "redirect_host",
        '`"127.0.0.1"`, `"localhost"`',
        shown(OAuth(name="", client_id="").redirect_host),
        "the name under which the browser comes back to this machine",
    ),
)
_COMPOSE = rows(
    (
        "undo_seconds",
        NUMBER,
        shown(Compose().undo_seconds),
        "for so many seconds a sent letter [can be taken back](writing.md#taking-a-letter-back); 0 to 3600",
    ),
    ("editor", TEXT, "`$VISUAL`, `$EDITOR`", "the editor for the text"),
    (
        "attach_reminder",
        FLAG,
        shown(Compose().attach_reminder),
        "whether a letter that [speaks of a file](writing.md#files) and has none is asked about",
    ),
    (
        "spelling",
        TEXT,
        "nothing is marked",
        "the dictionaries that [mark words](writing.md#the-text): as hunspell has them, `en_GB` or `de_DE,en_GB`",
    ),
)
_AUDIT = rows(
    (
        "canaries",
        TEXTS,
        "`[]`",
        (
            "whom [`account audit`](writing.md#what-your-provider-insists-on) writes to: each is what is broken there"
            f" ({', '.join(f'`{each}`' for each in Breaks)}), a blank, and an address"
        ),
    ),
)
_MAIL = rows(
    (
        "download",
        one_of(Download),
        shown(Mail().download),
        (
            "what is fetched whole before you open it: nothing, the last 30 days, or all. Of messages up to 256 KiB,"
            " and never of junk or trash"
        ),
    ),
    (
        "keep_days",
        NUMBER,
        shown(Mail().keep_days),
        (
            "messages older than so many days leave this machine again, but for what the list and the search show of"
            " them; 0: they stay"
        ),
    ),
)
_NOTIFY = rows(
    ("bell", FLAG, shown(Notify().bell), "the terminal's bell"),
    (
        "terminal",
        FLAG,
        shown(Notify().terminal),
        "a notice by the terminal itself, where it shows such (OSC 9, OSC 777)",
    ),
    (
        "desktop",
        FLAG,
        shown(Notify().desktop),
        "a notice by the desktop: `notify-send`, or on macOS its notification centre",
    ),
    (
        "command",
        TEXT,
        "",
        (
            "a shell command; `LINKSEC_ACCOUNT`, `LINKSEC_COUNT` and `LINKSEC_TEXT` stand in its environment. It has"
            " ten seconds"
        ),
    ),
    (
        "subject",
        FLAG,
        shown(Notify().subject),
        "whether the notice of one message may say who wrote, and about what",
    ),
)
_THEME = rows(
    ("name", TEXT, shown(Theme().name), "one of ours, of Textual's, or [of yours](themes.md)"),
    ("glyphs", '`"unicode"`, `"ascii"`', "as the terminal allows", "the signs that badges and marks are drawn with"),
)

SECTIONS = (
    Section(title="Top level", where="", entries=_TOP),
    Section(title="`[network]`", where="network", entries=_NETWORK),
    Section(title="`[paths]`", where="paths", entries=_PATHS),
    Section(title="`[store]`", where="store", entries=_STORE),
    Section(title="`[oauth.NAME]`", where="oauth.google", entries=_OAUTH),
    *config_words_account.SECTIONS,
    Section(title="`[compose]`", where="compose", entries=_COMPOSE),
    Section(title="`[audit]`", where="audit", entries=_AUDIT),
    Section(title="`[mail]`", where="mail", entries=_MAIL),
    Section(title="`[notify]`", where="notify", entries=_NOTIFY),
    Section(title="`[theme]`", where="theme", entries=_THEME),
)
