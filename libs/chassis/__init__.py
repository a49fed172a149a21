"""How the services speak, store and stop: the only package that knows nameko, kombu and eventlet."""
