"""Changes of a user's email address."""
