"""A claim becomes a decision in which every fen names its clause."""
