"""Home: Today, for each role, and who to ring. A window: it reads and changes nothing.

Words    a day without words is just a day; nobody is blamed for it
Rule     what a phone may keep says dates, never "today": it may be read a week later
"""
