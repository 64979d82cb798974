"""The only SQL of the console: schema, migrations, reads for the screen, one writer, the outbox and the change feed."""
