"""Reactivation of a cancelled account."""
