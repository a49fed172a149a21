"""A user's own data and the account's."""
