# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of the wire: the cost of a stream, the delay a publication makes.

Both run on the laboratory of tests/interop with a small peer of our own that
takes Prosody's place at the Edge: it has that domain's certificate.
"""
import os
import queue
import socket
import ssl
import sys
import threading
import time

from federation import Federation
from lab import wait_for

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), "player"))
from xmpp_peer import PATIENCE, Peer  # noqa: E402

STREAMS = int(os.environ.get("FEDSH_BENCH_STREAMS", "200"))
RATE = int(os.environ.get("FEDSH_BENCH_RATE", "50"))
SECONDS = int(os.environ.get("FEDSH_BENCH_SECONDS", "20"))
GRANT = ("Get-CsUser kenmyer | Grant-CsExternalAccessPolicy "
         "-PolicyName {}\nInvoke-CsManagementStoreReplication")


def resident(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as f:
        for line in f:
            if line.startswith("VmRSS"):
                return int(line.split()[1])
    return 0


def peer(lab, turn=0):
    """A stream of the partner's to the Edge, authorised by EXTERNAL."""
    # From several addresses: the Edge counts an address's connections.
    sock = socket.create_connection(
        (lab.edge_ip, 5269), timeout=PATIENCE,
        source_address=(f"{lab.net}.{100 + turn % 100}", 0))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    p = Peer(sock, lab.peer, lab.domain,
             lab.path(f"certs/{lab.peer}.crt"),
             lab.path(f"certs/{lab.peer}.key"))
    p.authorised()
    return p


def published(lab):
    lab.fedsh("Invoke-CsManagementStoreReplication")
    wait_for("the snapshot", lambda: "False" not in lab.fedsh(
        "Get-CsManagementStoreReplicationStatus | "
        "ForEach-Object UpToDate").out, 120)


def streams(say):
    """What one more inbound stream costs the proxy."""
    lab = Federation()
    peers = []
    try:
        lab.up()
        lab.talks()
        lab.fedsh("Set-CsXmppAllowedPartner -Identity "
                  f"{lab.peer} -ConnectionLimit {STREAMS + 50}")
        published(lab)
        pid = lab.pids()["RTCXMPPTGWPX"]
        # What the first ones load once is not the price of a stream.
        peers += [peer(lab) for _ in range(5)]
        before = resident(pid)
        start = time.monotonic()
        peers += [peer(lab, i) for i in range(STREAMS)]
        seconds = time.monotonic() - start
        after = resident(pid)
        say(f"{STREAMS} S2S streams (TLS, EXTERNAL), opened one by one",
            f"{seconds / STREAMS * 1000:.1f} ms a stream, both ends")
        say("resident of the proxy, before and with them",
            f"{before} and {after} KiB")
        say("resident a S2S stream",
            f"{(after - before) / STREAMS:.1f} KiB")
    finally:
        for p in peers:
            p.close()
        lab.close()


class Meter:
    """Sends at a steady rate; how long each was on its way."""

    def __init__(self, lab):
        self.lab, self.peer = lab, peer(lab)
        self.sent, self.delays, self.run = {}, [], True
        threading.Thread(target=self._swallow, daemon=True).start()
        threading.Thread(target=self._receive, daemon=True).start()

    def _swallow(self):
        """Whitespace and acknowledgements of the Edge."""
        while self.run:
            try:
                self.peer.sock.settimeout(0.5)
                if not self.peer.sock.recv(65536):
                    return
            except (TimeoutError, ssl.SSLWantReadError):
                continue
            except OSError:
                return

    def _receive(self):
        while self.run:
            m = self.lab.ken.wait_request("MESSAGE", 1)
            if m is None:
                continue
            now = time.monotonic()
            sent = self.sent.pop(m.text.strip(), None)
            if sent is not None:
                self.delays.append(now - sent)

    def measure(self, seconds, number):
        """Sorted delays in ms, and how many did not come within 5 s."""
        self.sent, self.delays = {}, []
        start = time.monotonic()
        for i in range(seconds * RATE):
            wait = start + i / RATE - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            text = f"m{number}.{i}"
            self.sent[text] = time.monotonic()
            self.peer.send(
                f"<message from='romeo@{self.lab.peer}/b' type='chat' "
                f"to='kenmyer@{self.lab.domain}' id='{text}'>"
                f"<body>{text}</body></message>")
        end = time.monotonic() + 5
        while self.sent and time.monotonic() < end:
            time.sleep(0.01)
        return sorted(d * 1000 for d in self.delays), len(self.sent)


def spent(pids):
    """Seconds on a processor and waiting for one, of each process."""
    got = {}
    for name, pid in pids.items():
        with open(f"/proc/{pid}/schedstat", encoding="utf-8") as f:
            run, wait = f.read().split()[:2]
        got[name] = (int(run) / 1e6, int(wait) / 1e6)
    return got


def tell_spent(say, before, after, n):
    """Tells work of our own from a machine that is busy."""
    for name in sorted(before):
        run, wait = (b - a for a, b in zip(before[name], after[name]))
        say(f"  {name}, of each message",
            f"{run / n:.3f} ms at work, {wait / n:.3f} ms waiting for a "
            "processor")


def tell(say, what, delays, lost):
    if not delays:
        say(what, f"nothing came of {lost}")
        return

    def at(share):
        return delays[min(len(delays) - 1, int(len(delays) * share))]
    say(what, f"p50 {at(.5):.2f} ms, p99 {at(.99):.2f} ms, "
        f"max {delays[-1]:.2f} ms, {len(delays)} seen, {lost} not")


def administer(lab, done, times):
    """Changes a user and has it published, again and again."""
    turn = 0
    while not done.wait(1):
        start = time.monotonic()
        turn += 1
        lab.fedsh(GRANT.format("Other" if turn % 2 else "FedPic"))
        times.put(time.monotonic() - start)


def publish(say, make, count):
    """The delay of stanzas while snapshots of many users are published."""
    sys.setswitchinterval(0.0005)
    lab = Federation()
    meter = None
    try:
        lab.up()
        lab.talks()
        lab.fedsh("New-CsExternalAccessPolicy -Identity Other "
                  "-EnableXmppAccess $true -EnableFederationAccess $true"
                  " | Out-Null")
        lab.fedsh(make.format(1, count), timeout=3600)
        published(lab)
        meter = Meter(lab)
        meter.measure(2, "warm")
        pids = lab.pids()
        before = spent(pids)
        tell(say, f"XMPP to SIP at {RATE}/s, {count} users, no publication",
             *meter.measure(SECONDS, "quiet"))
        tell_spent(say, before, spent(pids), RATE * SECONDS)
        done, times = threading.Event(), queue.Queue()
        admin = threading.Thread(target=administer, args=(lab, done, times))
        before = spent(pids)
        admin.start()
        measured = meter.measure(SECONDS, "publish")
        done.set()
        admin.join()
        tell(say, f"the same with {times.qsize()} publications", *measured)
        tell_spent(say, before, spent(pids), RATE * SECONDS)
    finally:
        if meter is not None:
            meter.run = False
            meter.peer.close()
        lab.close()
