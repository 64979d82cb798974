"""The parts of the countdown pane."""
