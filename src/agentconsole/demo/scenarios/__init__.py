"""The scripts of the demo world's conversations, by family group and by language."""
