"""The bench at /explore: a case, its decision, and every fen's way."""
