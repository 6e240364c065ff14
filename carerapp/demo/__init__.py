"""The demo: two invented authorities, their people, and 90 days of invented recordings.

Nothing here runs outside the demo: create_app calls `init_app` only with DEMO=1, which production refuses.
"""

from flask import Flask


def init_app(app: Flask) -> None:
    """Hang up the demo sign-in page."""
    from .routes import bp

    app.register_blueprint(bp)
