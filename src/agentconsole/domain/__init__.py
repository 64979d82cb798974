"""Values and pure rules of the support desk. Nothing here knows a clock, a database, a network or a window."""
