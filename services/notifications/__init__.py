"""The notifications service: mails to users, and whether they arrived."""
