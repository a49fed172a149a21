"""Benchmarks of Frontdesk beside its peers: `python -m tests.benchmarks` runs them all."""
