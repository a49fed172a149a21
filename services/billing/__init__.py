"""Billing: what an account pays, with what, and what it owes."""
