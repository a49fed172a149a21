"""The contracts between services: messages, RPCs, events and refusals, each declared once."""
