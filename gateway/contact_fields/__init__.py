"""Contact fields: what an account wants to know of its contacts beside what every contact has."""
