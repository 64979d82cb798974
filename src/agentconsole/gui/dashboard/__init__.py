"""The supervisor's dashboard: ticket statistics and support activity, from the local store."""
