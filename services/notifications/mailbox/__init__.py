"""Caught mails, for a suite that sends none."""
