"""Chronology: a child's page, and what happened in order, each thing with what caused it. A window: it changes nothing.

Rule     the chronology reads events only; a home's own days are read by those who work with that home
"""
