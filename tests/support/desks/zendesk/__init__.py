"""Zendesk as it is to an agent, made from what is known of it: its shapes, its refusals and its oddities."""
