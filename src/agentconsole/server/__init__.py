"""The reference ticket server: a subset of the Zendesk Support API v2, with extras a console wants.

It imports nothing of the console: it is a peer that other clients may use too.
"""
