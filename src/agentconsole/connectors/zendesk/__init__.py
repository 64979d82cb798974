"""Zendesk Support, by its public API alone."""
