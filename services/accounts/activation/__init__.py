"""Activation of users by the token in an email."""
