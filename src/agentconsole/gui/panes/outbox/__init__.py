"""Parts of the outbox pane."""
