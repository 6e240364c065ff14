"""Recordings: what a carer writes about a child's day.

Words    a recording is never edited; it is amended by a new one that points back; a late one says so.
States   sent -> read -> passed on -> filed -> followed up (rows in `steps`, never overwritten)
Tells    recording:submitted, recording:amended        (triage listens)
"""
