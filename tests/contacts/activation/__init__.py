"""Activation of contacts."""
