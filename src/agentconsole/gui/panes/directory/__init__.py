"""The parts of the directory pane."""
