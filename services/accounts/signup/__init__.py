"""Sign-up: a new account with its owner and trial."""
