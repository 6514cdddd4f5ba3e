"""Proof: what was recorded cannot be changed unseen, and anybody can check that (docs/receipts.md)."""
