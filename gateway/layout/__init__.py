"""How pages are drawn: contexts, navigation, formats, policies."""
