"""Events: what happened, as product data, chained by what caused it.

Rule     a verb records its event in its own transaction; wiring.py says which verbs answer. Chronologies read events.
"""
