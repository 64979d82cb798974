"""Pure proposals over a policy pack and a ticket: what its rules say about this ticket, with the words that show it."""
