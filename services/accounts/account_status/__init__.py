"""Account status, kept in step with billing's subscriptions."""
