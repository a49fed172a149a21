"""The portal of an account's contacts."""
