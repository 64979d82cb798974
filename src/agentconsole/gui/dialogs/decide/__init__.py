"""Deciding about changes that can't go on by themselves: conflicts, held replies, words whose ticket is gone."""
