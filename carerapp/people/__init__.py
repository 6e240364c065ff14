"""People: who there is, who lives where, and who works with whom, always by date.

Words    a placement links a child to a household; an allocation links a worker to a household or a child.
Rule     a link counts from its first day until the day before its last: on the day a child moves, the old home's
         view of the child ends and the new home's begins (design.md section 2).
Tells    placement:started, placement:ended, allocation:changed
"""
