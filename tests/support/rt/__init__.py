"""A real Request Tracker of the tests' own, from Debian's package."""
