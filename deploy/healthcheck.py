"""The health check of a container: asks the address that its process answers on; exit status 0 means healthy.

`healthcheck.py /health/live`; `/health/ready` also asks for its connections to broker and database.
"""

import http.client
import os
import sys

SECONDS = 4.0


def main(path: str) -> int:
    host, _, port = os.environ["FRONTDESK_OPS_ADDRESS"].rpartition(":")
    connection = http.client.HTTPConnection(host.replace("0.0.0.0", "127.0.0.1"), int(port), timeout=SECONDS)  # noqa: S104
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        sys.stdout.write(answer.read().decode())
    except OSError as error:
        sys.stdout.write(f"no answer: {error}\n")
        return 1
    finally:
        connection.close()
    return 0 if answer.status == http.client.OK else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
