"""Products as frozen values, and what can be proved of them."""
