"""Mails: a module per topic holds what its mails need, how they are built from events, and their rows."""
