"""Policy packs: how a support organization works, as data. One engine reads them; no organization's name is in code."""
