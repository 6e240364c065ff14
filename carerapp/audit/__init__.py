"""Audit: who saw, who changed, who was refused. Evidence, not product: no screen is built from it.

Rule     a change and its audit row are one transaction; a look whose trace can't be written is not shown.
"""
