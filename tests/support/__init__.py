"""Support for tests: servers, processes, people, faults, waiting."""
