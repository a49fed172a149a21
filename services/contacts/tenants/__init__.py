"""What contacts knows of the accounts: a read model made of their events."""
