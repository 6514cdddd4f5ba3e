"""The console: queue, cases, pay run, audit, people and policies, for those who work here."""
