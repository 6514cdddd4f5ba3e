"""Advances: what must be so, how much is guaranteed, when the cost calls for a look, what is owed."""
