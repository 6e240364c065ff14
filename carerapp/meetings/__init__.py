"""Meetings: the stability meeting, under the authority's own name for it. Here: asking for one.

States   asked for
Tells    meeting:asked-for
"""
