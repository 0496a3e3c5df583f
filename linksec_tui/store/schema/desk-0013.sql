-- Why the copy of what went out is not in Sent yet. It is the copy's and goes with it; a letter's own words are kept apart.
ALTER TABLE sent_copies ADD COLUMN trouble TEXT NOT NULL DEFAULT '';
-- Parts of a letter that went out when its copy was in Sent already: nothing was left to be done, and nobody said so.
UPDATE outbox SET state = 'settled', head = x'', body = NULL
    WHERE state = 'submitted' AND message_id NOT IN (SELECT message_id FROM sent_copies);
