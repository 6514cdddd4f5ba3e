"""Suspicions: the pages of what looks wrong, of investigations and of rescissions."""
