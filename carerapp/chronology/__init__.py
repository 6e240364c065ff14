"""Chronology: a child's page, and what happened in order. A window: it reads and changes nothing.

Rule     it reads events only, and follows what caused what (S2-5-15).
"""
