"""Requests of contacts for links by email."""
