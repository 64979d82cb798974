"""What the policy packs say about the ticket that is shown: hints, checklists, entitlements, and ways on."""
