"""What a help desk's copy looks like outside of the console: the documented format of exports, written and read."""
