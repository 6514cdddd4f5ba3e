"""Reporting: a claim told step by step, kept at every step, gone on with on any phone, looked through and sent."""
