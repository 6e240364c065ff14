import gc

from carerapp import create_app

app = create_app()
# What is here now stays. Without this, the collector looks through all of it again and again: 0.1 s in the middle of
# every second batch of 365 items.
gc.collect()
gc.freeze()
