"""Two-step login."""
