"""Tests of the portal at the gateway."""
