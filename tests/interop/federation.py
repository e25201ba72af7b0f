# SPDX-License-Identifier: GPL-3.0-or-later
"""A federation that runs: Prosody's users on one side, SIP clients on the other.

What the tests say to both sides, and what they expect back.
"""
import os
import queue
import sys
import time

from deploy import deploy
from lab import FEDSH, Lab, LabError, PATIENCE, listens, wait_for
from xmpp_user import XmppUser

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), "player"))
import sip_client  # noqa: E402

SERVICES = ("REPLICA", "RTCSRV", "RTCXMPPTGW", "RTCXMPPTGWPX")


class Federation(Lab):
    """Laboratory, administered, with juliet on Prosody and Ken on SIP."""

    def __init__(self, language="ps1", smacks=True):
        super().__init__()
        self.language, self.smacks = language, smacks
        self.juliet = self.ken = None

    def up(self):
        self.make_ca()
        self.start_dns()
        self.start_prosody({"juliet": "s3cret", "romeo": "s3cret"},
                           smacks=self.smacks)
        deploy(self, self.language)
        wait_for("the Edge on 5269", lambda: listens(self.edge_ip, 5269))
        wait_for("SIP on 5060", lambda: listens(self.inside_ip, 5060))
        self.sign_in()

    def sign_in(self):
        self.juliet = XmppUser(f"juliet@{self.peer}/balcony", "s3cret",
                               (self.prosody_ip, 5222), self.path("ca.crt"))
        self.ken = self.sip_user("kenmyer", "Pa55!")

    def sip_user(self, name, password, transport="tcp"):
        client = sip_client.Client(f"sip:{name}@{self.domain}", password,
                                   (self.inside_ip, 5060), transport)

        def registered():
            answer = client.register()
            return answer is not None and answer.status == 200
        wait_for(f"{name} to register", registered)
        return client

    def close(self):
        for user in (self.juliet, self.ken):
            if user is not None:
                user.close()
        self.juliet = self.ken = None
        super().close()

    # --- messages --------------------------------------------------------

    def to_sip(self, text, mid=None):
        self.juliet.send(f"kenmyer@{self.domain}", text, mid)

    def sip_message(self, patience=None, client=None):
        return (client or self.ken).wait_request(
            "MESSAGE", patience or PATIENCE)

    def to_xmpp(self, text, client=None, to=None):
        return (client or self.ken).message(
            to or f"sip:juliet@{self.peer}", text)

    def talks(self):
        """Waits until a message gets through each way."""
        def both():
            answer = self.to_xmpp("are you there?")
            if answer is None or answer.status // 100 != 2:
                time.sleep(0.2)
                return False
            return True
        wait_for("a message to XMPP", both, 60)
        wait_for("that message", lambda: self.found_body("are you there?"), 60)

    def found_body(self, text):
        try:
            return self.juliet.next_message(1)["body"] == text
        except queue.Empty:
            return False

    # --- what the administrator sees -------------------------------------

    def events(self, needle):
        got = self.fedsh("Get-WinEvent -LogName 'Lync Server' | "
                         "ForEach-Object { \"$($_.Id) $($_.Message)\" }")
        return [line for line in got.out.splitlines() if needle in line]

    def pids(self):
        """The process of each service, as the supervisor's children say."""
        found = {}
        home = "FEDSH_HOME=" + os.path.join(self.dir, "home")
        for pid in self.fedsh_pids(home):
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as f:
                    argv = f.read().decode().split("\0")
            except OSError:
                continue
            if "--service" in argv:
                found[argv[argv.index("--service") + 1]] = pid
        return found


class Tap:
    """Test Anything Protocol, with a name that is a sentence."""

    def __init__(self):
        self.n = self.failed = 0

    def check(self, name, fn):
        self.n += 1
        try:
            fn()
            print(f"ok {self.n} - {name}", flush=True)
            return True
        except (AssertionError, LabError, queue.Empty, OSError,
                AttributeError, RuntimeError, TypeError) as e:
            self.failed += 1
            print(f"not ok {self.n} - {name}", flush=True)
            text = f"{type(e).__name__}: {e}"
            for line in text.splitlines()[-30:]:
                print("# " + line, flush=True)
            return False

    def done(self, lab=None):
        print(f"1..{self.n}", flush=True)
        if self.failed and lab is not None:
            logs = os.path.join(lab.dir, "log")
            for name in sorted(os.listdir(logs)):
                with open(os.path.join(logs, name), errors="replace") as f:
                    tail = f.readlines()[-15:]
                print(f"# --- {name}")
                for line in tail:
                    print("# " + line.rstrip()[:300])
        return 1 if self.failed else 0


__all__ = ["Federation", "Tap", "FEDSH", "LabError", "PATIENCE", "SERVICES",
           "sip_client", "wait_for"]
