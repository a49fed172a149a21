"""Cancellation of an account."""
