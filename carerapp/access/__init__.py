"""Access: who may see and do what, as one table that a safeguarding lead can read alone.

Words    an actor is who somebody is at this moment; a thing is whatever has an author, a child or a household.
Rule     a permission that no clause of the table grants is refused; so is a route without `@needs` or `@open_to_all`.
"""
