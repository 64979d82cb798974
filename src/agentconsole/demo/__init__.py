"""The demo world: a believable help desk, made from a seed number."""
