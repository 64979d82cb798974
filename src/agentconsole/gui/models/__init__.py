"""Item models: thin adapters over ids and rows."""
