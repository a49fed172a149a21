"""Contacts: the people who write to an account."""
