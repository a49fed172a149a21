"""The page My Account."""
