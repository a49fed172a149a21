"""Change of a user's email address."""
