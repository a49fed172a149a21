"""Email addresses of contacts."""
