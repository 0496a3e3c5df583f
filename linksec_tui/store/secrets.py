"""Secrets by name in the encrypted store: for who has no keyring, and opens the store by a passphrase or a command."""

from __future__ import annotations

from linksec_tui.store.connection import Connection


def read_secret(connection: Connection, name: str) -> str | None:
    row = connection.one("SELECT secret FROM secrets WHERE name = ?", name)
    return str(row[0]) if row else None


def write_secret(connection: Connection, name: str, secret: str) -> None:
    with connection.transaction():
        connection.execute(
            """INSERT INTO secrets (name, secret) VALUES (?, ?)
               ON CONFLICT (name) DO UPDATE SET secret = excluded.secret""",
            *(name, secret),
        )


def delete_secret(connection: Connection, name: str) -> None:
    """Idempotent."""
    with connection.transaction():
        connection.execute("DELETE FROM secrets WHERE name = ?", name)
