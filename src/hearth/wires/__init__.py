"""The outside world: each wire a Protocol, a real one and an in-memory one."""
