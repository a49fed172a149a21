"""A user's own data and the company's."""
