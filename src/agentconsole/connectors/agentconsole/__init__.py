"""The reference server with its extras: one export of everything, a stream of changes, presence, contacts."""
