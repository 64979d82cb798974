"""How Alembic reaches the database: over the connection, and inside the transaction, of whoever called it."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=False)
context.run_migrations()
