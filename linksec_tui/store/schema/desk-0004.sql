-- People: whoever stands behind one or several of the addresses in `contacts`.

-- Rises with every change, so that whoever has the address book in memory sees that it is behind.
CREATE TABLE people_changes (
    only   INTEGER PRIMARY KEY CHECK (only = 1),
    number INTEGER NOT NULL
) STRICT;
INSERT INTO people_changes (only, number) VALUES (1, 0);

CREATE TABLE people (
    id          TEXT PRIMARY KEY,
    uid         TEXT NOT NULL DEFAULT '', -- of the card that they came with (RFC 6350 §6.7.6)
    name        TEXT NOT NULL,
    note        TEXT NOT NULL DEFAULT '',
    requirement TEXT NOT NULL DEFAULT ''  -- what letters to them ask for; empty: nothing was said
) STRICT;
CREATE INDEX people_uid ON people (uid);
INSERT INTO people (id, name) SELECT address, name FROM contacts;

ALTER TABLE contacts ADD COLUMN person TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN favourite INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contacts ADD COLUMN mailing_list INTEGER NOT NULL DEFAULT 0; -- from List-Post, or marked by hand
UPDATE contacts SET person = address;
CREATE INDEX contacts_person ON contacts (person);
CREATE INDEX contacts_domain ON contacts (domain);

CREATE TABLE people_groups (
    person TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    name   TEXT NOT NULL,
    PRIMARY KEY (person, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE domain_requirements (
    domain      TEXT PRIMARY KEY,
    requirement TEXT NOT NULL
) STRICT, WITHOUT ROWID;
