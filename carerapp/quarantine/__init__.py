"""Quarantine: words that waited on a phone while their author's access ended (bars R14, S3; design.md section 7).

Words    kept, never shown to the new home, the old home's workers or anybody else, until the author's manager decides
States   kept -> let in (it becomes what it would have been then) or kept out (with a reason that its author reads)
Tells    quarantine:kept, quarantine:decided
"""
