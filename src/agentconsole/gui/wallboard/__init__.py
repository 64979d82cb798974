"""The wallboard: the countdown on a whole screen, to be read across a room."""
