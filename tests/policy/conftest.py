"""Property tests take the time they need, and leave nothing behind in the tree."""

from hypothesis import settings

# A deadline measures how busy the machine is, and a machine that runs several suites at once is busy.
settings.register_profile("policy", deadline=None, database=None)
settings.load_profile("policy")
