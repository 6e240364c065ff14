"""The demo's cast, for tests: the same people everywhere (see carerapp/demo/cast.py)."""

from carerapp.demo.cast import BY_SLUG, CAST, SOUTH, SUPPORT

__all__ = ["BY_SLUG", "CAST", "SOUTH", "SUPPORT"]
