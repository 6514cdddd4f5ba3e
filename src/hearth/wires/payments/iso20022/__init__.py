"""ISO 20022: credit transfers as pain.001 files, news from pain.002 and camt.054 files."""
