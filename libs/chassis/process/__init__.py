"""The process that services run in: start and stop, health, logs, metrics, operator commands."""
