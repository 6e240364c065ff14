"""Clocks: one mechanism for every promise with a time on it (design.md section 4).

Words    a clock is opened and met only by verbs; overdue is derived from the time and never stored.
States   open -> met | stopped; an open clock past its due time is handed up its chain, once for each step.
Tells    clock:handed-up
"""
