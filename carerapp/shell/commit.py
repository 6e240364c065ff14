"""Commit once, at the edge, and only when the answer says that it worked."""

from flask import Response, g, request

from .db import db, set_reading


def keep_changes() -> None:
    """Commit although the answer is a refusal: a stored receipt that says no is still a receipt."""
    g.keep_changes = True


def commit_so_far() -> None:
    """Commit what stands already: between the parts of work that is so long that nobody should wait for all of it.

    Each part must be whole in itself, and harmless when the same comes again.
    """
    db.session.commit()


def choose_transaction() -> None:
    """Looking at a page starts as a reader; everything else takes the write lock at once."""
    set_reading(request.method in ("GET", "HEAD", "OPTIONS"))


def commit_or_roll_back(response: Response) -> Response:
    """Keep what the verbs wrote when the answer is a yes (or a refusal that must be remembered)."""
    if response.status_code < 400 or g.get("keep_changes"):
        db.session.commit()
    else:
        db.session.rollback()
    return response
