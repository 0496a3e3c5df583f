-- Whose copies of what was sent have come back: a letter may come back in several reports, and each tells of the others.
CREATE TABLE sent_back (
    submission TEXT NOT NULL,
    local      TEXT NOT NULL,
    domain     TEXT NOT NULL,
    PRIMARY KEY (submission, local, domain)
) STRICT, WITHOUT ROWID;
