"""Subscriptions: trials and paid plans, their periods, and whether they are paid."""
