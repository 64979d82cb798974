"""Zammad, by its REST API (v1)."""
