"""A window of WebKitGTK that keeps what a browser keeps. WebKitWebDriver starts it: `python webkit_window.py PROFILE`.

WebKitGTK's own small browser forgets everything when it is driven from outside, so a phone that is closed and opened
again could not be played with it. This is that browser without the forgetting, on the C library itself.
"""

import ctypes
import signal
import sys
from ctypes import CFUNCTYPE, c_char_p, c_int, c_void_p
from pathlib import Path

SQLITE = 1  # WEBKIT_COOKIE_PERSISTENT_STORAGE_SQLITE


class Library:
    """A C library whose functions take and give pointers."""

    def __init__(self, name: str) -> None:
        self.library = ctypes.CDLL(name)

    def __getattr__(self, name: str):  # type: ignore[no-untyped-def]
        function = getattr(self.library, name)
        function.restype = c_void_p
        return lambda *values: function(*(c_void_p(value) if _is_pointer(value) else value for value in values))


def _is_pointer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 2**31


gtk, webkit, gobject = Library("libgtk-3.so.0"), Library("libwebkit2gtk-4.1.so.0"), Library("libgobject-2.0.so.0")
NONE = c_void_p(None)
kept = []  # what C calls must not be collected


def on(source: int, name: bytes, kind: type, answer) -> None:  # type: ignore[no-untyped-def]
    """Call `answer` when `source` says so."""
    kept.append(kind(answer))
    gobject.g_signal_connect_data(source, c_char_p(name), kept[-1], NONE, NONE, c_int(0))


def main(profile: Path) -> None:
    """One window, until it is told to end."""
    gtk.gtk_init(NONE, NONE)
    folder = [c_char_p(b"base-data-directory"), c_char_p(bytes(profile / "data"))]
    cache = [c_char_p(b"base-cache-directory"), c_char_p(bytes(profile / "cache"))]
    manager = webkit.webkit_website_data_manager_new(*folder, *cache, NONE)
    cookies = webkit.webkit_website_data_manager_get_cookie_manager(manager)
    webkit.webkit_cookie_manager_set_persistent_storage(
        cookies, c_char_p(bytes(profile / "cookies.sqlite")), c_int(SQLITE)
    )
    context = webkit.webkit_web_context_new_with_website_data_manager(manager)
    webkit.webkit_web_context_set_automation_allowed(context, c_int(1))

    def view(*_: object) -> int:
        how = [c_char_p(b"web-context"), c_void_p(context), c_char_p(b"is-controlled-by-automation"), c_int(1), NONE]
        made = gobject.g_object_new(ctypes.c_size_t(webkit.webkit_web_view_get_type()), *how)
        window = gtk.gtk_window_new(c_int(0))
        gtk.gtk_window_set_default_size(window, c_int(390), c_int(844))
        gtk.gtk_container_add(window, made)
        gtk.gtk_widget_show_all(window)
        return made

    def started(_: int, session: int, __: int) -> None:
        about = webkit.webkit_application_info_new()
        webkit.webkit_application_info_set_name(about, c_char_p(b"Lantern's test window"))
        webkit.webkit_automation_session_set_application_info(session, about)
        on(session, b"create-web-view", CFUNCTYPE(c_void_p, c_void_p, c_void_p), view)

    on(context, b"automation-started", CFUNCTYPE(None, c_void_p, c_void_p, c_void_p), started)
    gtk.gtk_main()


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    main(Path(sys.argv[1]).absolute())
