"""What really stands in the server's database, and the few things that journeys do behind everybody's back."""

import sqlite3
from contextlib import closing
from typing import Any

from tests.serving import Server


class Records:
    """The database of a running or stopped server."""

    def __init__(self, server: Server) -> None:
        self.path = server.data / "lantern.sqlite"

    def ask(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows."""
        with closing(sqlite3.connect(self.path, timeout=20)) as rows:
            return rows.execute(sql, values).fetchall()

    def change(self, sql: str, *values: Any) -> int:
        """Change rows, and say how many."""
        with closing(sqlite3.connect(self.path, timeout=20)) as rows:
            done = rows.execute(sql, values).rowcount
            rows.commit()
        return done

    def sentences(self, author: str = "amina") -> list[str]:
        """What somebody's recordings say happened, in the order in which they came."""
        query = (
            "select saw from recordings r join people p on p.id = r.author_id where p.slug = ? order by r.sent_at, r.id"
        )
        return [row[0] for row in self.ask(query, author)]

    def child(self, name: str) -> str:
        """A child's id."""
        return self.ask("select id from children where name = ?", name)[0][0]

    def end_sign_ins(self, days: int) -> None:
        """Time passes for everybody who is signed in."""
        ago = f"-{days} days"
        when = "strftime('%Y-%m-%d %H:%M:%f', {0}, ?) || '000'"
        values = ", ".join(f"{name} = {when.format(name)}" for name in ("created_at", "last_seen_at"))
        assert self.change(f"update sign_ins set {values}", ago, ago)

    def moves_away(self, name: str) -> None:
        """A child lives elsewhere from today on."""
        sql = "update placements set ends_on = date('now') where child_id = ? and ends_on is null"
        assert self.change(sql, self.child(name)) == 1
