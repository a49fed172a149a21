"""Settings of an account that its contacts notice."""
