"""Bring another help desk's archive in: lines of the console's export format, batch by batch.

Each batch is one transaction, and what is here already is found by where it came from: a broken import is begun again
from the start, and doubles nothing. Numbers and times are kept where they can be.
"""
