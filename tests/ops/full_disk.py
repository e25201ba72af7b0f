# SPDX-License-Identifier: GPL-3.0-or-later
"""FEDSH_HOME on a file system that is full, at each write.

A tmpfs in a mount namespace of our own (a user namespace where this is not
root). Where even that is refused, files may not grow (RLIMIT_FSIZE): the same
refusals in other words, so that nothing is skipped.
"""

import os
import resource
import subprocess
import sys

sys.path.insert(0, os.path.join(os.environ["TOP_SRCDIR"], "tests/player"))
from bench import Home, expect, main, wait_for
from sip_client import Client

EDGE, INSIDE = "127.0.63.1", "127.0.63.2"
# What writes files, those of them that there are.
EXPORTS = {
    "Out-File": "Out-File %s",
    "Set-Content": "Set-Content %s",
    "Add-Content": "Add-Content %s",
    "Export-Csv": "Export-Csv %s",
    "Export-Clixml": "Export-Clixml %s",
    "Tee-Object": "Tee-Object -FilePath %s | Out-Null",
}
UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


def enter_namespace():
    if os.environ.get("FULL_DISK"):
        return os.environ["FULL_DISK"] == "mount"
    for options in (["-m"], ["-rm"]):
        if subprocess.run(
                ["unshare"] + options + ["sh", "-c",
                                         "mount -t tmpfs tmpfs /mnt"],
                stderr=subprocess.DEVNULL).returncode == 0:
            os.environ["FULL_DISK"] = "mount"
            os.execvp("unshare", ["unshare"] + options + [
                sys.executable, "-B"] + sys.argv)
    os.environ["FULL_DISK"] = "limit"
    return False


MOUNTS = enter_namespace()
# Words of the refusal.
WORDS = "o space left" if MOUNTS else "File too large"


class Disk:
    """A folder of little room; processes: who writes there, when limited."""

    mounted = []

    def __init__(self, path, size, processes=None):
        self.path, self.processes = path, processes or (lambda: [])
        self.fills = os.path.join(path, "fill")
        os.makedirs(path, mode=0o700, exist_ok=True)
        if MOUNTS:
            subprocess.run(["mount", "-t", "tmpfs", "-o",
                            "mode=700,size=" + size, "tmpfs", path],
                           check=True)
            Disk.mounted.append(path)

    def limit(self, value):
        for pid in self.processes():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, value)

    def fill(self):
        if not MOUNTS:
            self.limit((0, resource.RLIM_INFINITY))
            return
        with open(self.fills, "ab", buffering=0) as f:
            for size in (4096, 512, 1):
                try:
                    while f.write(b"x" * size) == size:
                        pass
                except OSError:
                    pass

    def free(self):
        if not MOUNTS:
            self.limit(UNLIMITED)
        elif os.path.exists(self.fills):
            os.unlink(self.fills)


class Shell:
    """The limit of the shell itself, for the first disk."""

    def __init__(self, home):
        self.home = home

    def fill(self):
        if MOUNTS:
            disk.fill()
        else:
            self.home.preexec = lambda: resource.setrlimit(
                resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

    def free(self):
        if MOUNTS:
            disk.free()
        self.home.preexec = None


disk = shell = home = None


def leftovers():
    return [name for _, _, names in os.walk(home.path) for name in names
            if name.endswith((".new", ".part")) or ".part" in name]


def keys():
    return sorted(os.listdir(os.path.join(home.path, "keys")))


# --- the shell's writes ---

def a_store_fits_on_a_mebibyte(work):
    global disk, shell, home
    disk = Disk(os.path.join(work, "disk"), "1m")
    home = Home(os.path.join(disk.path, "home"), EDGE, INSIDE)
    shell = Shell(home)
    home.run("New-CsSipDomain -Identity contoso.test | Out-Null", 0)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=sip.example",
         "-addext", "subjectAltName=DNS:sip.example", "-days", "30",
         "-keyout", "k.pem", "-out", "c.pem"], cwd=work, check=True,
        stderr=subprocess.DEVNULL)
    with open(os.path.join(work, "both.pem"), "w") as both:
        for name in ("c.pem", "k.pem"):
            with open(os.path.join(work, name)) as f:
                both.write(f.read())


def a_commit_of_the_store_says_that_the_disk_is_full(_):
    shell.fill()
    home.refused("1..2000 | ForEach-Object { New-CsExternalAccessPolicy "
                 "-Identity \"P$_\" -Description ('x' * 1000) | Out-Null }",
                 "disk full", "store.db", "free some space")
    shell.free()


def so_does_every_export(work):
    out = os.path.join(disk.path, "list")
    kept = os.path.join(disk.path, "kept")
    with open(kept, "w") as f:
        f.write("as before")
    home.run("(Get-Command -Name " + ",".join(EXPORTS) +
             " -ErrorAction SilentlyContinue).Name")
    names = home.out.split()
    expect("Out-File" in names, home.out + home.err)
    shell.fill()
    for script in ["1..100000 > %s", "1..100000 >> %s"] + [
            "1..20000 | ForEach-Object { [pscustomobject]@{ A = $_; "
            "B = 'xxxxxxxxxx' } } | " + EXPORTS[name] for name in names]:
        home.refused(script % out, (WORDS, "not enough space"), "list")
        if os.path.exists(out):
            os.unlink(out)
            if MOUNTS:
                disk.fill()
    with open(kept) as f:
        expect(f.read() == "as before")
    shell.free()


def a_request_for_a_certificate_leaves_neither_file_nor_key(work):
    """The key is made first: where the request has no room it goes too."""
    home.run("Get-CsCertificate | Out-Null", 0)
    before = keys()
    other = Disk(os.path.join(work, "other"), "16k")
    out = os.path.join(other.path, "edge.req")
    where = other if MOUNTS else shell
    where.fill()
    home.refused("Request-CsCertificate -New -Type XmppServer -Output %s "
                 "-DomainName contoso.test" % out, (WORDS, "disk full"))
    where.free()
    expect(os.listdir(other.path) == [], str(os.listdir(other.path)))
    expect(keys() == before, "%s became %s" % (before, keys()))
    expect(not leftovers(), str(leftovers()))


def what_was_there_is_there_and_writing_works_again(_):
    home.run("if ((Get-CsSipDomain).Name -notcontains 'contoso.test') "
             "{ exit 3 }", 0)
    home.run("New-CsExternalAccessPolicy -Identity After | Out-Null; "
             "Get-CsExternalAccessPolicy After -ErrorAction Stop | Out-Null",
             0)


def a_first_start_on_a_full_disk_says_so(work):
    global home
    home.end()
    first = home
    home = Home(os.path.join(disk.path, "second"), EDGE, INSIDE)
    home.preexec = first.preexec
    shell.home = home
    shell.fill()
    home.refused("Get-CsUser", "full" if MOUNTS else "")
    shell.free()
    home.run("Get-CsUser", 0)


# --- the services' writes, each on a disk of its own ---

disks = {}
client = None


def process_of(name):
    return lambda: [home.services()[name][1]]


def supervisor():
    """The last one that said it started."""
    lines = [line for line in home.events().splitlines()
             if "the supervisor started (process " in line]
    return [int(lines[-1].split("(process ")[1].split(")")[0])]


def services_run_with_little_room(work):
    global home, client
    root = os.path.join(work, "services")
    os.mkdir(root)
    home = Home(root, EDGE, INSIDE)
    for name, size, who in (("live", "64k", process_of("RTCSRV")),
                            ("replica", "256k", process_of("REPLICA")),
                            ("log", "128k", supervisor),
                            ("keys", "128k", supervisor)):
        disks[name] = Disk(os.path.join(root, name), size, who)
    home.configure()
    home.run("""
$ErrorActionPreference = 'Stop'
New-ADUser -Name Ann -SamAccountName ann -UserPrincipalName ann@contoso.test -AccountPassword (ConvertTo-SecureString 'Pa55!' -AsPlainText -Force) -Enabled $true
$pool = Get-CsPool | Select-Object -First 1 -ExpandProperty Fqdn
Enable-CsUser -Identity ann -RegistrarPool $pool -SipAddressType UserPrincipalName
Start-CsWindowsService
""", 0)
    client = Client("sip:ann@contoso.test", "Pa55!", (INSIDE, 5060), "udp")
    expect(client.register().status == 200, "not registered")


def a_full_journal_is_told_and_written_once_there_is_room(_):
    disks["live"].fill()

    def refresh():
        for _ in range(20):
            expect(client.register().status == 200, "a refresh was refused")
        return WORDS in home.problems("RTCSRV")

    wait_for(refresh, "the problem of the journal")
    state, pid, problem = home.services()["RTCSRV"]
    expect(state == "Running" and "live state" in problem, problem)
    expect("\t1103\tRTCSRV\t" in home.events(), home.events())
    count = home.events().count("\t1103\tRTCSRV\t")
    expect(count <= 3, "%d events for one matter" % count)
    disks["live"].free()
    wait_for(lambda: home.problems("RTCSRV") == "", "the end of the problem")
    expect("\t4002\tRTCSRV\t" in home.events(), home.events())
    os.kill(pid, 9)
    wait_for(lambda: home.services()["RTCSRV"][:1] == ("Running",) and
             home.services()["RTCSRV"][1] != pid, "a new process")
    m = client.make("REGISTER", "sip:contoso.test", client.aor)
    r = client.ask(m, 10)
    expect(r.status == 200 and r.get("Contact"),
           "the registration was forgotten: %s" % r.status)


def a_snapshot_that_cannot_be_saved_reaches_the_services(_):
    def number():
        home.run("(Get-CsWindowsService RTCSRV).Snapshot", 0)
        return int(home.out)

    before = number()
    disks["replica"].fill()
    home.run("New-CsExternalAccessPolicy -Identity Full -ErrorAction Stop | "
             "Out-Null", 0)
    if MOUNTS: # else memory files may not grow either
        wait_for(lambda: number() > before, "the new configuration")
    wait_for(lambda: WORDS in home.problems("REPLICA"), "the problem")
    expect(not MOUNTS or "/replica/" in home.problems("REPLICA"),
           home.problems("REPLICA"))
    expect({r[0] for r in home.services().values()} == {"Running"})
    disks["replica"].free()
    wait_for(lambda: home.problems("REPLICA") == "", "the end of the problem")
    expect(number() > before, "no new configuration")
    names = os.listdir(disks["replica"].path)
    expect("settings-%d" % number() in names, str(names))
    expect(not leftovers(), str(leftovers()))


def events_that_did_not_fit_are_counted(_):
    # An event of the same words is not written again: so each has others.
    assign = """
foreach ($type in 'Default', 'Internal') {
    $t = (Get-CsCertificate -Type $type).Thumbprint
    foreach ($n in 0..40) {
        $mixed = $t.Substring(0, $n).ToLower() + $t.Substring($n)
        if ($mixed -cne $last) {
            Set-CsCertificate -Type $type -Thumbprint $mixed
        }
        $last = $mixed
    }
}"""

    def lost():
        home.run(assign, 0)
        if WORDS in home.problems("REPLICA"):
            return True
        home.run("Stop-CsWindowsService RTCSRV; "
                 "Start-CsWindowsService RTCSRV", 0)
        return False

    disks["log"].fill()
    wait_for(lost, "the problem of the event log", 60)
    expect("log/events" in home.problems("REPLICA"), home.problems("REPLICA"))
    expect({r[0] for r in home.services().values()} == {"Running"})
    disks["log"].free()
    home.run("Stop-CsWindowsService RTCSRV; Start-CsWindowsService RTCSRV", 0)
    wait_for(lambda: "\t1104\tSupervisor\t" in home.events(),
             "the event that counts", 20)
    expect(home.problems("REPLICA") == "", home.problems("REPLICA"))
    for line in home.events().splitlines():
        expect(line.count("\t") == 4, "half a line: " + line)


def an_import_on_a_full_disk_leaves_nothing(work):
    before = keys()
    home.run("(Get-CsCertificate).Thumbprint -join ' '", 0)
    uses = home.out
    disks["keys"].fill()
    home.refused("Import-CsCertificate -Path %s" %
                 os.path.join(work, "both.pem"), WORDS, "keys/")
    disks["keys"].free()
    expect(keys() == before, "%s became %s" % (before, keys()))
    home.run("(Get-CsCertificate).Thumbprint -join ' '", 0)
    expect(home.out == uses, home.out)
    home.run("$c = Import-CsCertificate -Path %s -ErrorAction Stop; "
             "Set-CsCertificate -Type XmppServer -Thumbprint $c.Thumbprint "
             "-ErrorAction Stop" % os.path.join(work, "both.pem"), 0)


def an_assignment_on_a_full_disk_keeps_the_old_one(work):
    home.run("(Get-CsCertificate -Type XmppServer).Thumbprint", 0)
    old = home.out
    disks["keys"].fill()
    home.refused("Set-CsCertificate -Type XmppServer -Thumbprint "
                 "(Get-CsCertificate -Type Default).Thumbprint",
                 WORDS, "keys/uses")
    disks["keys"].free()
    home.run("(Get-CsCertificate -Type XmppServer).Thumbprint", 0)
    expect(home.out == old, home.out)
    expect(not leftovers(), str(leftovers()))


def everything_reads_back_after_a_restart(_):
    home.run("Stop-CsWindowsService; Start-CsWindowsService", 0)
    rows = home.services()
    expect({r[0] for r in rows.values()} == {"Running"}, str(rows))
    home.run("if ((Get-CsExternalAccessPolicy).Identity -notcontains "
             "'Tag:Full') { exit 3 }; if (-not (Get-CsUser ann)) { exit 4 }",
             0)
    expect(client.register().status == 200, "no registration any more")
    client.close()
    home.end()


status = main([
    a_store_fits_on_a_mebibyte,
    a_commit_of_the_store_says_that_the_disk_is_full,
    so_does_every_export,
    a_request_for_a_certificate_leaves_neither_file_nor_key,
    what_was_there_is_there_and_writing_works_again,
    a_first_start_on_a_full_disk_says_so,
    services_run_with_little_room,
    a_full_journal_is_told_and_written_once_there_is_room,
    a_snapshot_that_cannot_be_saved_reaches_the_services,
    events_that_did_not_fit_are_counted,
    an_import_on_a_full_disk_leaves_nothing,
    an_assignment_on_a_full_disk_keeps_the_old_one,
    everything_reads_back_after_a_restart,
])
for path in reversed(Disk.mounted):
    subprocess.run(["umount", "-l", path])
sys.exit(status)
