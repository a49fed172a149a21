"""Activation of contacts by email."""
