"""Timings of the real console beside the floor of each: `make bench`.

`python -m tests.bench` prepares a world, then starts programs of its own (:mod:`tests.bench.probe`) and asks them for
one sample at a time, the console's and the floor's in turn, because the machine is never equally busy for long.
"""
