"""Custom fields of contacts."""
