"""One connection to the broker, or to the bus inside the process: the same code over both."""
