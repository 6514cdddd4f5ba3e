"""Audit lists a second time: a clerk who reads the rows of the files, and bills planted with what the rows forbid."""
