"""The tables, a file a subject."""
