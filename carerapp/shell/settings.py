"""Settings from the environment, and the refusal to start with settings that would be unsafe."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}


class UnsafeSettings(RuntimeError):
    """The settings would put people's words at risk, so the server does not start."""


def load(env: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Read the settings of this server.

    LANTERN_ENV   production (default), demo or test
    DEMO=1        the demo sign-in page; refused in production and on any host but this machine
    DATA          folder that holds everything written (default .data)
    SEAL_KEYS     file with the keys to which phones seal copies of what waits on them (default seal_keys.json in DATA,
                  made at first need, 0600). Several machines share one file. Back it up apart from the database.
                  `flask --app wsgi seal-key rotate` makes a new key; every worker takes it up by itself
    TRUSTED_PROXIES  how many proxies stand in front and say who asks (default 0: nobody is believed)
    DATABASE_URL  default: SQLite in DATA
    ORIGIN        the address people use, such as https://lantern.example (default http://localhost:PORT)
    SECRET_KEY    at least 32 characters in production; elsewhere made once and kept in DATA
    """
    demo = env.get("DEMO") == "1"
    name = env.get("LANTERN_ENV") or ("demo" if demo else "production")
    data = Path(env.get("DATA") or ".data").absolute()
    origin = (env.get("ORIGIN") or f"http://localhost:{env.get('PORT') or 5000}").rstrip("/")
    host = urlsplit(origin).hostname or ""
    _refuse_unsafe(name, demo, origin, host, env)
    secure = origin.startswith("https://")
    return {
        "LANTERN_ENV": name,
        "DEMO": demo,
        "DATA": data,
        "SEAL_KEYS": Path(env.get("SEAL_KEYS") or data / "seal_keys.json").absolute(),
        "TRUSTED_PROXIES": int(env.get("TRUSTED_PROXIES") or 0),
        "ORIGIN": origin,
        "RP_ID": host,
        "SECRET_KEY": env.get("SECRET_KEY") or _kept_key(data),
        "SQLALCHEMY_DATABASE_URI": env.get("DATABASE_URL") or f"sqlite:///{data / 'lantern.sqlite'}",
        # Parameters hold people's words: they may not reach an error message or a log (bars S16).
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},
        "EMBEDDED_WORKER": env.get("EMBEDDED_WORKER") == "1",
        "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Strict",
        "SESSION_REFRESH_EACH_REQUEST": False,
        # 2 MiB for a batch of items and as much again for its envelope; photos come on their own road.
        "MAX_CONTENT_LENGTH": 4 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 4 * 1024 * 1024,
        "MAX_FORM_PARTS": 1000,
        # Brotli makes our pages an eighth smaller than what this browser would rather have.
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_BR_LEVEL": 5,
        "WTF_CSRF_CHECK_DEFAULT": False,
        # A page may stay open all evening: the token lives as long as the session does (bars R10).
        "WTF_CSRF_TIME_LIMIT": None,
    }


def _refuse_unsafe(name: str, demo: bool, origin: str, host: str, env: Mapping[str, str]) -> None:
    if demo and name == "production":
        raise UnsafeSettings("DEMO=1 lets anybody sign in as anybody: it can't be switched on in production.")
    if demo and host not in LOCAL_HOSTS:
        raise UnsafeSettings(f"DEMO=1 is for this machine only, and ORIGIN is {origin}.")
    if name == "production":
        if len(env.get("SECRET_KEY", "")) < 32:
            raise UnsafeSettings("Production needs a SECRET_KEY of at least 32 characters.")
        if not origin.startswith("https://"):
            raise UnsafeSettings("Production needs ORIGIN to be the https:// address that people use.")


def _kept_key(data: Path) -> str:
    path = data / "secret_key"
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()
