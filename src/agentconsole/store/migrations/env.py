"""Alembic's entry: runs the revisions inside the transaction that ``agentconsole.store.migrating`` has begun."""

from __future__ import annotations

from alembic import context

from agentconsole.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
