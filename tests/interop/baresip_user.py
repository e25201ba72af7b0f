# SPDX-License-Identifier: GPL-3.0-or-later
"""A user at a real SIP client: baresip 1.0, driven over its TCP control.

    with Baresip("sip:bob@sip.example", "secret", ("127.0.0.1", 5060),
                 "tls", ca="ca.pem", contacts=["sip:ann@sip.example"]) as bob:
        bob.wait("200 OK")
        bob.message("sip:ann@sip.example", "hello")
"""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time

CONFIG = """\
sip_listen 127.0.0.1:0
sip_cafile {ca}
sip_verify_server yes
net_interface 127.0.0.1
module_path {modules}
module_app account.so
module_app contact.so
module_app menu.so
module_app presence.so
module ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
audio_player nil
"""
ACCOUNT = ('<{uri};transport={transport}>;auth_pass={password};'
           'outbound="sip:{host}:{port};transport={transport}";'
           'regint=600;pubint={pubint};answermode=manual\n')
MODULES = "/usr/lib/baresip/modules"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Baresip:
    def __init__(self, uri, password, server, transport="udp", ca="",
                 contacts=(), publish=False):
        self.dir = tempfile.mkdtemp()
        control = free_port()
        self.write("config", CONFIG.format(ca=ca, modules=MODULES,
                                           control=control))
        self.write("accounts", ACCOUNT.format(
            uri=uri, transport=transport, password=password, host=server[0],
            port=server[1], pubint=600 if publish else 0))
        self.write("contacts", "".join(
            '"%s" <%s>;presence=p2p\n' % (c.split(":")[1].split("@")[0], c)
            for c in contacts))
        self.log = os.path.join(self.dir, "log")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                ["baresip", "-f", self.dir, "-v", "-s"], stdout=log,
                stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        self.control = self.connect(control)

    def write(self, name, text):
        with open(os.path.join(self.dir, name), "w") as f:
            f.write(text)

    def connect(self, port):
        end = time.monotonic() + 10
        while True:
            try:
                return socket.create_connection(("127.0.0.1", port))
            except OSError:
                if time.monotonic() > end:
                    raise RuntimeError("baresip did not start:\n" +
                                       self.text())
                time.sleep(0.05)

    def text(self):
        """Everything it has printed, its SIP trace among it."""
        with open(self.log, errors="replace") as f:
            return f.read()

    def wait(self, what, timeout=10):
        """Until it has printed this; False when it does not."""
        end = time.monotonic() + timeout
        while what not in self.text():
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def command(self, name, params=""):
        """The data of its answer."""
        data = json.dumps({"command": name, "params": params}).encode()
        self.control.sendall(b"%d:%s," % (len(data), data))
        self.control.settimeout(5)
        got = b""
        while True:
            got += self.control.recv(65536)
            while b":" in got:
                size, _, rest = got.partition(b":")
                if len(rest) <= int(size):
                    break
                got = rest[int(size) + 1:]
                answer = json.loads(rest[:int(size)])
                if answer.get("response"):
                    return answer.get("data", "")

    def message(self, to, text):
        self.command("message", "%s %s" % (to, text))

    def presence(self, name, want, timeout=10):
        """Waits until it shows that contact as "Online", "Offline" ..."""
        end = time.monotonic() + timeout
        while True:
            for line in self.command("contacts").split("\n"):
                if name in line and want in line:
                    return True
            if time.monotonic() > end:
                return False
            time.sleep(0.1)

    def close(self):
        self.control.close()
        self.process.terminate()
        self.process.wait(10)
        shutil.rmtree(self.dir)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
