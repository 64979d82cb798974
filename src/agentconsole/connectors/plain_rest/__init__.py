"""What desks with plain REST lists have in common: no cursors, no tombstones, files in the comment itself."""
