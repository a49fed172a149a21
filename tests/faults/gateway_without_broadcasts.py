"""A gateway that hears no announcements: `python -m tests.faults.gateway_without_broadcasts run gateway`.

The switch lives here and not in the chassis: production code cannot be talked out of its promises.
"""

from chassis.process import cli  # patches the standard library, before anything else is imported

# isort: split

from chassis.events import listeners


def hear_nothing(_: listeners.ListenBroadcast) -> None:
    """In place of the queue that would bring the announcements."""


listeners.ListenBroadcast.setup = hear_nothing  # type: ignore[method-assign]

if __name__ == "__main__":
    cli.main()
