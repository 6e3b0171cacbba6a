"""Measurements of the toolkit: `python -m benchmarks` runs them all."""
