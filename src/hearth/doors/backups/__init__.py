"""Backups: one file with everything that must not be lost, and what says whether it is whole."""
