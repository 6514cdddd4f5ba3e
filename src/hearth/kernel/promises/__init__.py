"""Time limits of law and promise: when they end, what stops them, what breaks first, what to expect."""
