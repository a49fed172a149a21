"""What support decides: reactivation requests and plans."""
