"""Debian's Request Tracker as the campaign's help desk: a server, a clock and a database for each worker."""
