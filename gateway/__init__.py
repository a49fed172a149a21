"""The gateway: HTTP for programs and pages for persons, over the bus."""
