"""Contacts: the customers of an account."""
