"""An S3 server of our own, as a bucket's address."""

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex

from moto.moto_server.threaded_moto_server import ThreadedMotoServer


@contextmanager
def running_bucket() -> Iterator[str]:
    """Run a server with an empty bucket for the block; yield its STORAGE_URL."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        name = f"bucket-{token_hex(4)}"
        request = urllib.request.Request(f"http://{host}:{port}/{name}", method="PUT")
        urllib.request.urlopen(request).close()
        yield f"s3://key:secret%2Fkey@{name}/some/prefix?endpoint=http://{host}:{port}"
    finally:
        server.stop()
