"""The command `frontdesk`: run services, migrate databases, look after messages, write the documents."""

from chassis.process import green

green.patch()

# ruff: noqa: E402  # everything after the patch, so that nothing blocks

import sys

import click

from chassis.process import admin, documents


@click.group()
def main() -> None:
    """Frontdesk: the account, billing and contact back end of a help desk."""


@main.command()
@click.argument("services", nargs=-1, required=True)
def run(services: tuple[str, ...]) -> None:
    """Run one or several SERVICES in this process: accounts, billing, contacts, notifications, gateway."""
    from chassis.process import runner

    sys.exit(runner.run(list(services)))


@main.command()
def dev() -> None:
    """Run the whole suite in this process, with nothing else installed."""
    from chassis.process import dev as embedded

    sys.exit(embedded.start())


@main.command()
@click.argument("services", nargs=-1)
@click.option("--new", "title", help="Write an empty migration with this title instead.")
@click.option("--back-to", "revision", help="Undo what came after this revision instead.")
def migrate(services: tuple[str, ...], title: str | None, revision: str | None) -> None:
    """Bring the databases of SERVICES (all by default) up to date, and declare their queues."""
    from chassis.database import migrations
    from chassis.process import topology
    from chassis.process.dev import SERVICES

    if revision is not None:
        (service,) = services if len(services) == 1 else (None,)
        if service is None:
            raise click.UsageError("name one service to take back")
        try:
            click.echo(f"{service}: database at {migrations.undo(service, revision=revision)}")
        except migrations.Irreversible as irreversible:
            raise click.ClickException(f"it cannot be undone: {irreversible}") from None
        return

    for service in services or SERVICES:
        if title is not None:
            click.echo(migrations.new(service, title))
            continue
        click.echo(f"{service}: database at {migrations.migrate(service)}")
        click.echo(f"{service}: {topology.declare(service)} queues declared")


main.add_command(admin.parked)
main.add_command(admin.outbox)
main.add_command(admin.events)
main.add_command(documents.docs)

if __name__ == "__main__":
    main()
