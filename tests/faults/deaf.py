"""What would a gateway do that does not hear what ends? `python -m tests.faults.deaf run gateway` is one.

The switch lives here and not in the chassis: production code cannot be talked out of its promises.
"""

from chassis import cli, events  # the command's module patches before anything else is imported


def hear_nothing(_: events.Overhear) -> None:
    """In place of the queue that would bring the announcements."""


events.Overhear.setup = hear_nothing  # type: ignore[method-assign]

if __name__ == "__main__":
    cli.main()
