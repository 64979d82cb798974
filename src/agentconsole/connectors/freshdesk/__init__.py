"""Freshdesk, by version 2 of its API."""
