"""The reference server as the campaign's help desk, in both its dialects."""
