# SPDX-License-Identifier: GPL-3.0-or-later
"""A home of its own for the program, and TAP for what is seen there."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

FEDSH = os.environ["FEDSH"]


class Home:
    """FEDSH_HOME at path; edge and inside are addresses of 127/8."""

    def __init__(self, path, edge=None, inside=None, wrap=(), program=FEDSH):
        self.path, self.edge, self.inside = path, edge, inside
        self.wrap, self.program = list(wrap), program
        self.env = dict(os.environ, FEDSH_HOME=path, NO_COLOR="1")
        self.preexec = None
        self.out = self.err = ""

    def run(self, script, status=None, timeout=120):
        """Runs a script; its exit status. What it printed is kept."""
        p = subprocess.run(
            self.wrap + [self.program, "-NoProfile", "-Command", script],
            env=self.env, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=timeout, preexec_fn=self.preexec)
        self.out, self.err = p.stdout, p.stderr
        if status is not None:
            expect(p.returncode == status,
                   "status %d, not %d, of %s\n%s%s" % (
                       p.returncode, status, script, p.stdout, p.stderr))
        return p.returncode

    def refused(self, script, *words):
        """An error with these words (of a tuple any), its status neither 0
        nor a signal."""
        status = self.run("$ErrorActionPreference = 'Stop'\n" + script)
        expect(0 < status < 128, "status %d of %s\n%s%s" % (
            status, script, self.out, self.err))
        text = " ".join(self.err.replace("| ", " ").split())
        for word in words:
            choice = (word,) if isinstance(word, str) else word
            expect(any(w in text for w in choice),
                   "%r is missing in: %s" % (word, self.err))
        expect("ERROR: AddressSanitizer" not in self.err, self.err)

    def configure(self):
        self.run("""
$ErrorActionPreference = 'Stop'
New-CsSipDomain -Identity contoso.test | Out-Null
$edge = Get-CsService -EdgeServer | Select-Object -First 1
Set-CsEdgeServer -Identity $edge.Identity -ExternalIPAddress %s -InternalIPAddress %s
$registrar = Get-CsService -Registrar | Select-Object -First 1
Set-CsRegistrar -Identity $registrar.Identity -IPAddress %s
""" % (self.edge, self.edge, self.inside), 0)

    def services(self):
        """{ name: (status, process, problems) }"""
        self.run("Get-CsWindowsService | ForEach-Object { '{0}|{1}|{2}|{3}' "
                 "-f $_.Name, $_.Status, $_.ProcessId, "
                 "($_.Problems -join '; ') }", 0)
        rows = [line.split("|") for line in self.out.splitlines() if line]
        return {r[0]: (r[1], int(r[2] or 0), r[3]) for r in rows}

    def problems(self, name):
        return self.services()[name][2]

    def events(self):
        try:
            with open(os.path.join(self.path, "log/events")) as f:
                return f.read()
        except FileNotFoundError:
            return ""

    def end(self):
        """Ends the services and their supervisor, by its own number."""
        self.run("Stop-CsWindowsService")


def expect(condition, text="not as expected"):
    if not condition:
        raise AssertionError(text)


def wait_for(what, text, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = what()
        if got:
            return got
        time.sleep(0.2)
    raise AssertionError("not within %d s: %s" % (seconds, text))


def main(tests):
    """Runs the tests in order, each with one temporary folder for all."""
    sys.stdout.reconfigure(line_buffering=True)
    work = tempfile.mkdtemp()
    failed = 0
    print("1..%d" % len(tests))
    try:
        for n, test in enumerate(tests, 1):
            name = test.__name__.replace("_", " ")
            began = time.monotonic()
            try:
                test(work)
                print("ok %d - %s" % (n, name))
                if os.environ.get("TIMES"):
                    print("# %.1f s" % (time.monotonic() - began))
            except Exception:
                failed = 1
                print("not ok %d - %s" % (n, name))
                for line in traceback.format_exc().splitlines():
                    print("# " + line)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return failed
