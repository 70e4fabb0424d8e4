"""An S3 server that checks every signature (OpenStack Swift with s3api), in one process on 127.0.0.1.

server.py FOLDER PORT ACCOUNT:USER SECRET: all it writes is in FOLDER. Port 0 takes a free one. Prints the port when it
listens, and ends when its stdin does: it never outlives the test that started it.
"""
import os
import sys

import eventlet
from eventlet import wsgi
from swift.common import utils
from swift.common.ring import RingBuilder
from swift.common.wsgi import SwiftHttpProtocol, loadapp

SERVERS = ("account", "container", "object", "proxy")
FILTERS = ("catch_errors", "gatekeeper", "healthcheck", "cache", "listing_formats", "s3api", "tempauth", "bulk", "slo", "dlo")


def main(folder, port, key, secret):
    objects = os.path.join(folder, "objects")
    os.makedirs(os.path.join(objects, "disk"), exist_ok=True)
    try:
        os.setxattr(os.path.join(objects, "disk"), b"user.probe", b"1")
    except OSError:
        sys.exit("The test's S3 server needs a file system with user attributes (ext4, xfs, btrfs) for .tmp/.")
    utils.eventlet_monkey_patch()
    utils.disable_fallocate()
    write(folder, "swift.conf", "[swift-hash]\nswift_hash_path_suffix = loopback\n")
    utils.set_swift_dir(folder)
    listeners = {name: eventlet.listen(("127.0.0.1", port if name == "proxy" else 0)) for name in SERVERS}
    for name in SERVERS[:3]:
        make_ring(folder, name, listeners[name].getsockname()[1])
    for name in SERVERS:
        write(folder, name + ".conf", config(name, folder, objects, key, secret))
        app = loadapp(os.path.join(folder, name + ".conf"), global_conf={"log_name": name})
        # The clients of the protocol want `ETag`; capitalized headers would be `Etag`.
        eventlet.spawn(wsgi.server, listeners[name], app, utils.NullLogger(), protocol=SwiftHttpProtocol,
                       capitalize_response_headers=False)
    print(listeners["proxy"].getsockname()[1], flush=True)
    eventlet.hubs.trampoline(sys.stdin.fileno(), read=True)


def make_ring(folder, name, port):
    builder = RingBuilder(4, 1, 0)
    builder.add_dev(dict(id=0, region=1, zone=1, ip="127.0.0.1", port=port, device="disk", weight=1))
    builder.rebalance(seed=1)
    builder.get_ring().save(os.path.join(folder, name + ".ring.gz"))


def config(name, folder, objects, key, secret):
    account, user = key.split(":")
    lines = [
        "[DEFAULT]",
        "swift_dir = " + folder,
        "devices = " + objects,
        "mount_check = false",
        "container_update_timeout = 15",
        "[pipeline:main]",
        "pipeline = " + " ".join((*FILTERS, "proxy-server") if name == "proxy" else (name + "-server",)),
        "[app:%s-server]" % name,
        "use = egg:swift#" + name,
    ]
    if name == "proxy":
        lines.append("account_autocreate = true")
        for each in FILTERS:
            own = "paste.filter_factory = server:cache_filter"
            lines += ["[filter:%s]" % each, own if each == "cache" else "use = egg:swift#" + each]
            if each == "s3api":
                lines.append("location = us-east-1")
            if each == "tempauth":
                lines.append("user_%s_%s = %s .admin" % (account, user, secret))
    return "\n".join(lines) + "\n"


class Cache:
    """What Swift asks of a memcached: tempauth keeps its tokens there."""

    def __init__(self):
        self.values = {}

    def get(self, key, raise_on_error=False):
        return self.values.get(key)

    def set(self, key, value, **_):
        self.values[key] = value

    def delete(self, key, **_):
        self.values.pop(key, None)


def cache_filter(global_conf, **_):
    cache = Cache()

    def with_cache(app):
        def call(env, start_response):
            env["swift.cache"] = cache
            return app(env, start_response)
        return call
    return with_cache


def write(folder, name, text):
    with open(os.path.join(folder, name), "w") as file:
        file.write(text)


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4])
