-- The end of the grace period, or the time at which the person wants the letter to go: whoever says "now" to all that
-- waits does not mean these.
ALTER TABLE outbox ADD COLUMN not_before INTEGER;

-- Drafts on the server. `taken` is what was last taken over from another machine; `revision` names the copy that the
-- server has (its Message-ID), `filed_at` the `changed_at` of the draft that it is a copy of.
ALTER TABLE drafts ADD COLUMN taken    TEXT    NOT NULL DEFAULT '';
ALTER TABLE drafts ADD COLUMN revision TEXT    NOT NULL DEFAULT '';
ALTER TABLE drafts ADD COLUMN filed_at INTEGER NOT NULL DEFAULT 0;

-- Thrown away or sent here, while the server may still have a copy.
CREATE TABLE drafts_gone (
    id       TEXT    PRIMARY KEY,
    account  TEXT    NOT NULL,
    revision TEXT    NOT NULL,
    at       INTEGER NOT NULL
) STRICT;

-- What was sent to find out what a provider insists on, and what became of it.
CREATE TABLE canaries (
    account    TEXT    NOT NULL,
    address    TEXT    NOT NULL,
    breaks     TEXT    NOT NULL, -- what is broken there
    envid      TEXT    NOT NULL,
    message_id TEXT    NOT NULL,
    sent_at    INTEGER NOT NULL,
    fate       TEXT    NOT NULL,
    fate_at    INTEGER,
    detail     TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (account, address, breaks)
) STRICT, WITHOUT ROWID;
