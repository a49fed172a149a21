"""Login, logout, and a user's own sessions."""
