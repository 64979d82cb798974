"""The console against Request Tracker's own web pages, and its sync against bare REST2: ``make bench-rt``."""
