-- Passwords and sign-ins, where the person keeps them in here instead of in the system's keyring.
CREATE TABLE secrets (
    name   TEXT PRIMARY KEY,
    secret TEXT NOT NULL
) STRICT;
