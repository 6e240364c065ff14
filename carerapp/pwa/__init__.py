"""The app around the pages: the locked shell, the worker, the manifest. Nothing here is about anybody."""
