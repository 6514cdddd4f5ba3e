"""Benchmarks: what DESIGN 7 asks for, measured; `python -m benchmarks`."""
