"""Layout of the pages: contexts, templates, navigation, formats, policies."""
