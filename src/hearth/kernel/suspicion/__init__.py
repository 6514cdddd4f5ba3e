"""Suspicion: what looks wrong in claims, with reasons; findings for people, which delay and refuse nothing."""
