"""A gateway that hears no announcements: `python -m tests.faults.gateway_without_broadcasts run gateway`.

The switch lives here and not in the chassis: production code cannot be talked out of its promises.
"""

from chassis.events import listeners  # the command's module patches before anything else is imported
from chassis.process import cli  # the command's module patches before anything else is imported


def hear_nothing(_: listeners.ListenBroadcast) -> None:
    """In place of the queue that would bring the announcements."""


listeners.ListenBroadcast.setup = hear_nothing  # type: ignore[method-assign]

if __name__ == "__main__":
    cli.main()
