# SPDX-License-Identifier: GPL-3.0-or-later
"""RTCSRV and a real client, baresip: by every transport it knows."""

import os
import sys
import traceback

TOP = os.environ.get("TOP_SRCDIR", ".")
sys.path.insert(0, os.path.join(TOP, "tests/player"))
sys.path.insert(0, os.path.join(TOP, "tests/interop"))

from baresip_user import Baresip  # noqa: E402
from rtcsrv import Bed, basic, check, status  # noqa: E402
from sip_client import pidf  # noqa: E402


def talk(bed, transport):
    ann = bed.client("ann", "tcp")
    check("register", status(ann.register()), 200)
    with Baresip("sip:bob@sip.example", "b",
                 ("127.0.0.1", bed.ports[transport]), transport,
                 os.path.join(bed.dir, "ca.pem"),
                 ["sip:ann@sip.example"]) as bob:
        watch = ann.subscribe("sip:bob@sip.example")
        n = watch.notify()
        while basic(n) != "open":
            n = watch.notify(15)
            assert n is not None, "baresip signs in\n" + bob.text()[-3000:]
        check("to baresip", status(ann.message(
            "sip:bob@sip.example", "hello from ann")), 200)
        assert bob.wait("hello from ann")
        bob.message("sip:ann@sip.example", "hello from bob")
        m = ann.wait_request("MESSAGE", 10)
        assert m is not None and "hello from bob" in m.text, m
        assert bob.presence("ann", "Online"), "ann is online"
        check("publish", status(ann.publish(pidf(
            ann.aor, "closed"))), 200)
        assert bob.presence("ann", "Offline"), "ann is offline"
    n = watch.notify(15)
    check("baresip signs out", basic(n) if n else None, "closed")


def main():
    print("1..3")
    failed = 0
    for i, transport in enumerate(("udp", "tcp", "tls"), 1):
        name = "baresip talks over " + transport
        try:
            bed = Bed()
            try:
                talk(bed, transport)
            finally:
                bed.close()
            print("ok %d - %s" % (i, name), flush=True)
        except Exception:
            failed += 1
            print("not ok %d - %s" % (i, name))
            print("# " + traceback.format_exc().replace("\n", "\n# "),
                  flush=True)
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
