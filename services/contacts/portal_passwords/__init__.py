"""Passwords of contacts: set by an admin, changed, and reset by email."""
