"""Sign-up and activation."""
