"""Which row of a file is the last one of its external id.

Only the last one counts, so that importing a file again changes nothing. The answer needs a
first pass over the file and room for every id, which is kept on disk.
"""

import sqlite3


class LastRows:
    """The line of the last row of each external id, in a database that vanishes with it."""

    def __init__(self) -> None:
        # Without a name SQLite makes a temporary file, and keeps in memory only its page cache.
        self._connection = sqlite3.connect("", isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute(
            "CREATE TABLE last_row (id BLOB PRIMARY KEY, line INTEGER NOT NULL) WITHOUT ROWID"
        )
        self._connection.execute("BEGIN")

    def note(self, external_id: str, line: int) -> None:
        """Remember that this line has this id. Lines come in order."""
        self._connection.execute(
            "INSERT OR REPLACE INTO last_row (id, line) VALUES (?, ?)", (_key(external_id), line)
        )

    def is_last(self, external_id: str, line: int) -> bool:
        """Tell whether no later line has this id."""
        found = self._connection.execute(
            "SELECT line FROM last_row WHERE id = ?", (_key(external_id),)
        ).fetchone()
        return found is None or found[0] <= line

    def close(self) -> None:
        """Give the disk space back."""
        self._connection.close()


def _key(external_id: str) -> bytes:
    # The id is not checked yet: it may hold what is no valid text.
    return external_id.encode("utf-8", "surrogatepass")
