"""All drafts of the profile, their versions, and those that were discarded."""
