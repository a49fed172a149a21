"""How the suite is set up and run outside of production."""
