"""`make bench`: what Lantern costs, in bytes, counts and ratios, printed as one table.

Where time is needed, the figure is a median with its smallest and largest beside it, and beside a floor that was
measured in the same run: milliseconds of one machine mean nothing on another, ratios do. Nothing here is a test, so
nothing here fails a build; a goal that is missed says so in the table.
"""
