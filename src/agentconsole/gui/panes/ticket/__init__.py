"""The parts of the ticket pane."""
