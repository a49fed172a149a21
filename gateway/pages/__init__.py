"""What does a person see? Pages drawn on the server from typed contexts, in English, French and Korean."""
