"""Pages for the insurer's staff."""
