"""Request Tracker 5, by REST2."""
