"""Single-use tokens in emails."""
