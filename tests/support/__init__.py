"""What tests stand on: real servers, processes, faults, waiting."""
