"""Which measurements compare Frontdesk with its peers? `python -m tests.benchmarks` runs them all."""
