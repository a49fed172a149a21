"""Jobs that work over many contacts in the background."""
