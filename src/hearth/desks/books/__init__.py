"""Books: what every desk writes in: records, the ledger in double entry, deadlines, numbers."""
