"""The advance desk in the console: the list by time left, a case on one screen, its verbs, and the hospitals."""
