"""Member pages: for a phone held by a worried person: one thing a screen, the next step and the date in sight."""
