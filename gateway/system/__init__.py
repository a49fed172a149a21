"""Static files, health checks, API documentation."""
