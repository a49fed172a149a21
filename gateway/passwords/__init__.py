"""Change and reset of passwords."""
