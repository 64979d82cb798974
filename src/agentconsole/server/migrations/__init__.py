"""Alembic migrations of the server: forward only, each complete in itself (none imports the live schema)."""
