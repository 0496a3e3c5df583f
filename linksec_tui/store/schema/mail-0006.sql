-- Search by recipients and by the way a message came, and which bodies the index knows.

ALTER TABLE messages ADD COLUMN came TEXT NOT NULL DEFAULT ''; -- model.query.Came; empty: nobody has looked yet
ALTER TABLE messages ADD COLUMN body_indexed INTEGER NOT NULL DEFAULT 0;

-- Whose words must be asked for elsewhere, or are still to be read.
CREATE INDEX messages_not_indexed ON messages (mailbox, uid) WHERE NOT body_indexed;

-- A contentless index cannot be altered; words of bodies come back as they are read again.
DROP TABLE search;
CREATE VIRTUAL TABLE search USING fts5 (
    sender, recipients, cc, subject, body,
    content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2"
);
INSERT INTO search (rowid, sender, recipients, cc, subject, body)
SELECT id, sender_name || ' ' || sender_address, recipients, '', subject, '' FROM messages;
