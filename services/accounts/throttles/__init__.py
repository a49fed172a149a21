"""Rate limits on logins, codes and emails."""
