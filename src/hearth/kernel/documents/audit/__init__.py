"""Audit: itemised lists against loaded audit lists; what is found goes to a person and refuses nothing."""
