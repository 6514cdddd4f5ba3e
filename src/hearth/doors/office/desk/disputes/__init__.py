"""The dispute desk in the console: the list by time left, one dispute on a screen, complaints, and the figures."""
