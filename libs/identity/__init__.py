"""How people prove who they are, the same for users and for contacts: passwords, email tokens, sessions, throttles."""
