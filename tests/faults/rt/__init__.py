"""Debian's Request Tracker as the campaign's help desk: one server for all workers, a queue and agents for each."""
