"""What stands behind each path: one module per resource."""
