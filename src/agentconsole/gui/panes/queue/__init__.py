"""The parts of the queue pane."""
