"""The portal where an account's contacts log in."""
