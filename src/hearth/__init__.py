"""Hearth 恒温 runs a health insurer's service from quote to claim to care."""

__version__ = "0.1.0"
