"""A contact's own data at its portal."""
