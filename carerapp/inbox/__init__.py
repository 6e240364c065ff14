"""Inbox: what was passed to the child's social worker.

States   passed on -> read -> on the case system -> followed up (S1-4.3-11 to -14)
Tells    handover:read, recording:filed, recording:followed-up
"""
