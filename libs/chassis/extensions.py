"""What does a service build a dependency of its own from? nameko's bases, so that nobody else imports nameko."""

from nameko.extensions import DependencyProvider, SharedExtension

__all__ = ["DependencyProvider", "SharedExtension"]
