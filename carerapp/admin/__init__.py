"""Admin: accounts, and who lives and works with whom from when. No case content is ever shown here.

Words    an account is a person's way in; it is suspended, never deleted: what somebody wrote stays theirs
States   an account is invited -> open -> suspended -> open
"""
