"""Triage: the recordings that wait for a person to read them and decide.

Words    software says why something stands where it stands; it never decides and never scores a child or a carer.
States   waiting -> read -> decided (the queue's row goes, the decision stays)
Tells    recording:read, recording:decided, recording:passed-on, alert:raised, supervision:raised, chronology:entered
"""
