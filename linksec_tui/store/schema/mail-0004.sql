-- How far a mailbox is known besides its UIDs, and what the server said of it before it was read.

-- Of what is here, everything up to this change is known (RFC 7162 §3.1.1); 0: nothing can be asked for by it.
ALTER TABLE mailboxes ADD COLUMN modseq INTEGER NOT NULL DEFAULT 0;

-- From STATUS (RFC 9051 §6.3.11): shown until all of its messages are here.
ALTER TABLE mailboxes ADD COLUMN told_total INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mailboxes ADD COLUMN told_unread INTEGER NOT NULL DEFAULT 0;
