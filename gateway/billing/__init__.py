"""Plan and trial."""
