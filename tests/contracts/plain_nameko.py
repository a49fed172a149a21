"""A service and a client written with nameko alone; prints what they receive, a JSON line each."""

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import sys  # noqa: E402

from eventlet.event import Event  # noqa: E402
from nameko.events import event_handler  # noqa: E402
from nameko.exceptions import RemoteError  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402
from nameko.standalone.rpc import ClusterRpcProxy  # noqa: E402

heard = Event()


class PlainListener:
    name = "plain_listener"

    @event_handler("accounts", "account.created")
    def on_account_created(self, payload):
        if not heard.ready():
            heard.send(payload)


def say(**what):
    print(json.dumps(what), flush=True)


def main(uri: str, email: str) -> None:
    config = {"AMQP_URI": uri}
    runner = ServiceRunner(config)
    runner.add_service(PlainListener)
    runner.start()
    order = {"company_name": "Plain", "country": "FR", "owner_name": "Ann", "owner_email": email}
    with ClusterRpcProxy(config, timeout=10) as cluster:
        say(answer=cluster.accounts.create_account(**order))
        for name, call in {
            "refusal": lambda: cluster.accounts.create_account(**{**order, "country": "QQ"}),
            "malformed": lambda: cluster.accounts.create_account(company_name="Plain"),
            "unknown": cluster.accounts.no_such_method,
        }.items():
            try:
                call()
            except RemoteError as error:
                say(**{name: [error.exc_type, error.value]})
    with eventlet.Timeout(10):
        say(event=heard.wait())
    runner.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
