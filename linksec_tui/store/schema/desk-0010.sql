-- The bodies of letters, each once: what the outbox and the copy for Sent say of a letter changes at every step, its body
-- never does.
CREATE TABLE letter_bodies (
    id      INTEGER PRIMARY KEY,
    digest  BLOB NOT NULL UNIQUE, -- SHA-256; of those that were there before, a number that fits nothing
    content BLOB NOT NULL
) STRICT;

INSERT INTO letter_bodies (id, digest, content)
    SELECT 2 * rowid, randomblob(32), substr(content, instr(content, x'0d0a0d0a') + 4) FROM outbox
    WHERE length(content) > 0;
INSERT INTO letter_bodies (id, digest, content)
    SELECT 2 * rowid + 1, randomblob(32), substr(content, instr(content, x'0d0a0d0a') + 4) FROM sent_copies;

ALTER TABLE outbox ADD COLUMN head BLOB NOT NULL DEFAULT x'';
ALTER TABLE outbox ADD COLUMN body INTEGER REFERENCES letter_bodies (id);
UPDATE outbox SET head = substr(content, 1, instr(content, x'0d0a0d0a') + 3), body = 2 * rowid
    WHERE length(content) > 0;
ALTER TABLE outbox DROP COLUMN content;

ALTER TABLE sent_copies ADD COLUMN head BLOB NOT NULL DEFAULT x'';
ALTER TABLE sent_copies ADD COLUMN body INTEGER REFERENCES letter_bodies (id);
UPDATE sent_copies SET head = substr(content, 1, instr(content, x'0d0a0d0a') + 3), body = 2 * rowid + 1;
ALTER TABLE sent_copies DROP COLUMN content;
