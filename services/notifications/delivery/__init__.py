"""How queued mails leave."""
