"""Two-step login: TOTP codes and recovery codes."""
