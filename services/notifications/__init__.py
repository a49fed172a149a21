"""What was written to whom, and whether it arrived."""
