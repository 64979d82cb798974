"""The fault campaign: seeded runs of consoles, a help desk and everything that can go wrong between them.

``python -m tests.faults --runs 10000`` (``make faults``) goes over our own server in two dialects, and with the option
``--connector rt`` over a live Request Tracker. Nothing that an agent was told is saved may be lost, arrive twice or out
of order; both consoles and the help desk must agree in the end; no database may be damaged.
"""
