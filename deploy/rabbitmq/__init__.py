"""The broker's definitions and the permissions of each service at it."""
