-- What was done to messages and mailboxes here and is not yet at the server (pending.py). It cannot be fetched again.

CREATE TABLE deeds (
    number  INTEGER PRIMARY KEY AUTOINCREMENT, -- the order in which they were done
    done_at INTEGER NOT NULL, -- microseconds since 1970, UTC
    words   TEXT    NOT NULL, -- what it was, for the one who takes it back
    undone  INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE steps (
    number    INTEGER PRIMARY KEY AUTOINCREMENT, -- the order in which they go to the server
    deed      INTEGER NOT NULL REFERENCES deeds (number) ON DELETE CASCADE,
    account   TEXT    NOT NULL,
    state     TEXT    NOT NULL,
    step      TEXT    NOT NULL,           -- JSON of model.filing.Step
    beginning TEXT    NOT NULL DEFAULT '' -- JSON of model.filing.Beginning: how the target stood before the first octet
) STRICT;
CREATE INDEX steps_state ON steps (account, state, number);
CREATE INDEX steps_deed ON steps (deed);

-- A message that is on its way to another mailbox has a number of ours, below zero, until the server gives it one.
CREATE TABLE landings (
    number      INTEGER PRIMARY KEY AUTOINCREMENT,
    deed        INTEGER NOT NULL REFERENCES deeds (number) ON DELETE CASCADE,
    wire_name   TEXT    NOT NULL DEFAULT '',
    uidvalidity INTEGER NOT NULL DEFAULT 0,
    uid         INTEGER NOT NULL DEFAULT 0 -- 0: not there yet, or nobody knows
) STRICT;
CREATE INDEX landings_deed ON landings (deed);
