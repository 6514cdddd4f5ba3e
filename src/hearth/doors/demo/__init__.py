"""The demo company: made-up people and claims in every state, made through the desks so that the log is real."""
