"""Billing: an account's trial or plan, and whether it is paid."""
