"""Addresses of the administrator: setting an authority up, accounts, and who lives and works with whom."""

from flask import Blueprint

bp = Blueprint("admin", __name__)

from . import accounts, links, setting_up  # noqa: E402, F401  they hang their addresses on bp
