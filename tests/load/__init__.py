"""A bounded load on the reference server: agents connected by stream, and how fast each hears of what others write."""
