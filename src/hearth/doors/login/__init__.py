"""Logging in: by a code sent to the telephone or by password, with a second factor; nobody signs up here."""
