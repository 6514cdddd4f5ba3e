"""What the workers run in the background: alarms, rescues, and the subscribers of records."""
