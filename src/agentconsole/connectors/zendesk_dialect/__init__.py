"""The dialect of Zendesk's Support API v2, which more than one kind of help desk speaks.

Wire shapes, their translation into records, commands as requests. No connector: those import this package and never
each other.
"""
