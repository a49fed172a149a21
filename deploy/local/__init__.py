"""The suite as processes on one machine: `make up`."""
