"""Contacts, found and listed."""
