"""Accounts: tenants, their users, and how a user gets in."""
