# SPDX-License-Identifier: GPL-3.0-or-later
"""A laboratory on loopback: DNS, certificates, Prosody, XMPP users, fedsh.

Everything lives in one temporary folder and on addresses 127.A.B.x of its own,
so several laboratories can run side by side. What was started is ended by its
process id, also when a test fails.
"""
import atexit
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

TOP = os.environ.get("TOP_SRCDIR") or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FEDSH = os.environ.get("FEDSH") or os.path.join(TOP, "build/check/fedsh")

# LIMIT: how long anything may take before the test gives up on it. Generous:
# a sanitizer build on two busy cores is slow.
PATIENCE = float(os.environ.get("LAB_PATIENCE", "40"))


class LabError(Exception):
    pass


def wait_for(what, ready, patience=None):
    """Polls ready() until it is true; the moment is the event we wait for."""
    deadline = time.monotonic() + (patience or PATIENCE)
    while time.monotonic() < deadline:
        got = ready()
        if got:
            return got
        time.sleep(0.05)
    raise LabError(f"waited in vain for {what}")


def listens(address, port):
    try:
        with socket.create_connection((address, port), timeout=1):
            return True
    except OSError:
        return False


class Lab:
    """The folder, the addresses and the processes of one laboratory."""

    def __init__(self, domain="contoso.test", peer="prosody.test"):
        self.domain, self.peer = domain, peer
        self.dir = tempfile.mkdtemp(prefix="fedsh-lab-")
        pick = random.Random(os.getpid() ^ time.time_ns())
        self.net = f"127.{pick.randint(16, 250)}.{pick.randint(1, 250)}"
        self.prosody_ip = self.net + ".1"
        self.edge_ip = self.net + ".2"
        self.inside_ip = self.net + ".3"
        self.dns_ip = self.net + ".4"
        self.dns_port = 5300
        self.processes = []
        self.keep = bool(os.environ.get("LAB_KEEP"))
        atexit.register(self.close)
        for sig in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sig, lambda *_: os._exit(self.close() or 1))

    def path(self, *parts):
        path = os.path.join(self.dir, *parts)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def write(self, name, text):
        path = self.path(name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def start(self, name, argv, **kwargs):
        log = open(self.path("log", name + ".log"), "ab")
        p = subprocess.Popen(argv, stdout=log, stderr=log,
                             stdin=subprocess.DEVNULL, cwd=self.dir, **kwargs)
        log.close()
        p.name = name
        self.processes.append(p)
        return p

    def stop(self, p, sig=signal.SIGTERM):
        if p in self.processes:
            self.processes.remove(p)
        if p.poll() is None:
            p.send_signal(sig)
            try:
                p.wait(10)
            except subprocess.TimeoutExpired:
                p.kill()
                p.wait()

    def close(self):
        home = os.path.join(self.dir, "home")
        if os.path.isdir(home):
            try:
                self.fedsh("Stop-CsWindowsService", check=False, timeout=30)
            except (LabError, subprocess.TimeoutExpired, OSError):
                pass
            self.end_supervisor()
        for p in list(self.processes):
            self.stop(p)
        if not self.keep:
            shutil.rmtree(self.dir, ignore_errors=True)

    def end_supervisor(self):
        """Ends what still runs on this laboratory's own FEDSH_HOME."""
        home = "FEDSH_HOME=" + os.path.join(self.dir, "home")
        for pid in self.fedsh_pids(home):
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                pass
        deadline = time.monotonic() + 8
        while self.fedsh_pids(home) and time.monotonic() < deadline:
            time.sleep(0.1)
        for pid in self.fedsh_pids(home):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    @staticmethod
    def fedsh_pids(home):
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/environ", "rb") as f:
                    env = f.read().split(b"\0")
                exe = os.readlink(f"/proc/{pid}/exe")
            except OSError:
                continue
            if home.encode() in env and "fedsh" in os.path.basename(exe):
                found.append(int(pid))
        return found

    # --- certificates ----------------------------------------------------

    def openssl(self, *args):
        got = subprocess.run(["openssl", *args], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, cwd=self.dir, check=False)
        if got.returncode != 0:
            raise LabError(f"openssl {args[0]}: {got.stderr.decode()}")
        return got.stdout

    def make_ca(self):
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
                     "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                     "-subj", "/CN=Laboratory CA", "-keyout",
                     self.path("ca.key"), "-out", self.path("ca.crt"))
        return self.path("ca.crt")

    def sign(self, request, names, out):
        """What a public CA of 2026 issues: serverAuth only."""
        ext = self.write(out + ".ext", "\n".join([
            "basicConstraints=critical,CA:FALSE",
            "keyUsage=critical,digitalSignature",
            "extendedKeyUsage=serverAuth",
            "subjectAltName=" + ",".join("DNS:" + n for n in names)]) + "\n")
        self.openssl("x509", "-req", "-in", request, "-CA", "ca.crt", "-CAkey",
                     "ca.key", "-CAcreateserial", "-days", "20", "-extfile",
                     ext, "-out", self.path(out))
        return self.path(out)

    def make_cert(self, name):
        self.openssl("req", "-newkey", "ec", "-pkeyopt",
                     "ec_paramgen_curve:P-256", "-nodes", "-subj",
                     f"/CN={name}", "-keyout", self.path(f"certs/{name}.key"),
                     "-out", self.path(f"certs/{name}.req"))
        return self.sign(f"certs/{name}.req", [name], f"certs/{name}.crt")

    # --- DNS -------------------------------------------------------------

    def start_dns(self, records=None):
        records = records or [
            f"_xmpp-server._tcp.{self.peer}. SRV 0 0 5269 xmpp.{self.peer}.",
            f"xmpp.{self.peer}. A {self.prosody_ip}",
            f"{self.peer}. A {self.prosody_ip}",
            f"_xmpp-server._tcp.{self.domain}. SRV 0 0 5269 edge.{self.domain}.",
            f"edge.{self.domain}. A {self.edge_ip}",
        ]
        zones = "\n".join(f'  local-zone: "{z}." static'
                          for z in (self.peer, self.domain))
        data = "\n".join(f'  local-data: "{r}"' for r in records)
        conf = self.write("unbound.conf", f"""server:
  interface: {self.dns_ip}@{self.dns_port}
  port: {self.dns_port}
  do-daemonize: no
  username: ""
  chroot: ""
  directory: "{self.dir}"
  pidfile: "{self.dir}/unbound.pid"
  use-syslog: no
  do-not-query-localhost: no
  access-control: 127.0.0.0/8 allow
  module-config: "iterator"
{zones}
{data}
remote-control:
  control-enable: no
""")
        self.start("unbound", ["unbound", "-d", "-c", conf])
        wait_for("unbound", lambda: listens(self.dns_ip, self.dns_port))

    # --- Prosody ---------------------------------------------------------

    def start_prosody(self, users, smacks=True):
        self.make_cert(self.peer)
        for user, password in users.items():
            host = self.peer.replace(".", "%2e").replace("-", "%2d")
            self.write(f"prosody/data/{host}/accounts/{user}.dat",
                       f'return {{ ["password"] = "{password}"; }};\n')
        modules = ["roster", "saslauth", "tls", "dialback", "disco", "ping",
                   "presence", "message", "iq", "c2s", "s2s",
                   "s2s_auth_certs"] + (["smacks"] if smacks else [])
        self.write("prosody.cfg.lua", f"""
run_as_root = true
pidfile = "{self.dir}/prosody/prosody.pid"
data_path = "{self.dir}/prosody/data"
modules_enabled = {{ {", ".join(f'"{m}"' for m in modules)} }}
modules_disabled = {{ "offline", "posix", "s2s_bidi" }}
authentication = "internal_plain"
storage = "internal"
interfaces = {{ "{self.prosody_ip}" }}
local_interfaces = {{ "{self.prosody_ip}" }}
c2s_require_encryption = true
s2s_require_encryption = true
s2s_secure_auth = true
s2s_timeout = 30
ssl = {{
  certificate = "{self.dir}/certs/{self.peer}.crt";
  key = "{self.dir}/certs/{self.peer}.key";
  cafile = "{self.dir}/ca.crt";
  capath = false;
}}
unbound = {{
  resolvconf = false;
  forward = "{self.dns_ip}@{self.dns_port}";
  options = {{
    ["do-not-query-localhost:"] = "no";
    ["local-zone:"] = "test. transparent";
  }};
}}
log = {{ debug = "*console" }}
VirtualHost "{self.peer}"
""")
        self.prosody = self.start("prosody", [
            "prosody", "-F", "--config", self.path("prosody.cfg.lua")])
        wait_for("Prosody", lambda: listens(self.prosody_ip, 5222))

    # --- fedsh -----------------------------------------------------------

    def env(self):
        env = {k: v for k, v in os.environ.items()
               if k in ("PATH", "HOME", "LANG", "ASAN_OPTIONS",
                        "UBSAN_OPTIONS", "LSAN_OPTIONS")}
        env.update(FEDSH_HOME=os.path.join(self.dir, "home"), TZ="UTC",
                   LANG="en_US.UTF-8", NO_COLOR="1",
                   FEDSH_LOG=os.environ.get("FEDSH_LOG", "debug"))
        return env

    def fedsh(self, command, check=True, timeout=None, args=None):
        """Runs a command text (or arguments) as an administrator would."""
        argv = [FEDSH] + (args or ["-NoProfile", "-Command", command])
        got = subprocess.run(argv, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                             env=self.env(), cwd=self.dir, check=False,
                             timeout=timeout or PATIENCE * 3)
        got.out = got.stdout.decode(errors="replace")
        got.err = got.stderr.decode(errors="replace")
        with open(self.path("log", "admin.log"), "a", encoding="utf-8") as f:
            f.write(f"PS> {command or args}\n{got.out}{got.err}\n")
        if check and (got.returncode != 0 or got.err):
            raise LabError(f"{command or args}: exit {got.returncode}\n"
                           f"{got.out}{got.err}")
        return got
