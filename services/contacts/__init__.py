"""Contacts: an account's customers."""
