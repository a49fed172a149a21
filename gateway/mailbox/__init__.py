"""Caught mails."""
