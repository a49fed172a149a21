"""Settings that an account's contacts notice: their mails, and the portal."""
