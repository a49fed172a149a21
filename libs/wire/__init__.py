"""What the services say to each other: messages, RPCs, events and refusals, each declared once."""
