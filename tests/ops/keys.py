# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys that cannot be read, as an ordinary user meets them."""

import os
import shutil
import subprocess
import sys

from bench import FEDSH, Home, expect, main

NOBODY = 65534
home = None
files = None


def openssl(*args):
    subprocess.run(["openssl"] + list(args), cwd=files, check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def path(name):
    return os.path.join(files, name)


def thumbprints():
    home.run("(Get-CsCertificate).Thumbprint -join ' '", 0)
    return home.out


def key_files():
    folder = os.path.join(home.path, "keys")
    return sorted(os.listdir(folder))


def make_files():
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=sip.example",
            "-addext", "subjectAltName=DNS:sip.example", "-days", "30",
            "-keyout", "k.pem", "-out", "c.pem")
    openssl("pkey", "-in", "k.pem", "-aes256", "-passout", "pass:right",
            "-out", "sealed.pem")
    openssl("pkcs12", "-export", "-inkey", "k.pem", "-in", "c.pem",
            "-passout", "pass:right", "-out", "both.pfx")
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-out", "other.pem")
    os.mkdir(path("box"))
    with open(path("junk.pem"), "wb") as f:
        f.write(bytes(range(256)) * 4)
    with open(path("empty.pem"), "wb"):
        pass
    for name in ("k.pem", "both.pfx"):
        shutil.copyfile(path(name), path("shut-" + name))
        os.chmod(path("shut-" + name), 0)
    for name in os.listdir(files):
        if not name.startswith("shut-"):
            os.chmod(path(name), 0o755)


def a_home_of_an_ordinary_user(work):
    """Where this is root the program runs as nobody, from a copy it may
    execute."""
    global home, files
    files = os.path.join(work, "files")
    os.mkdir(files)
    os.chmod(work, 0o755)
    make_files()
    wrap, program = [], FEDSH
    if os.geteuid() == 0:
        program = os.path.join(work, "fedsh")
        shutil.copy(FEDSH, program)
        os.chmod(program, 0o755)
        wrap = ["setpriv", "--reuid=%d" % NOBODY, "--regid=%d" % NOBODY,
                "--clear-groups"]
    os.mkdir(os.path.join(work, "home"))
    if os.geteuid() == 0:
        os.chown(os.path.join(work, "home"), NOBODY, NOBODY)
    home = Home(os.path.join(work, "home"), wrap=wrap, program=program)
    home.env["HOME"] = home.path
    home.run("Get-CsCertificate | Out-Null", 0)
    expect(os.stat(home.path).st_uid != 0 or os.geteuid() != 0, "as root")


def each_unreadable_key_is_named_and_nothing_is_kept(_):
    before, kept = thumbprints(), key_files()
    for args, words in (
            ("-Path %s" % path("shut-both.pfx"),
             [path("shut-both.pfx"), "Permission denied"]),
            ("-Path %s -KeyPath %s" % (path("c.pem"), path("shut-k.pem")),
             [path("shut-k.pem"), "Permission denied"]),
            ("-Path %s" % path("box"), [path("box"), "is a folder"]),
            ("-Path %s -KeyPath %s" % (path("c.pem"), path("box")),
             [path("box"), "is a folder"]),
            ("-Path %s" % path("junk.pem"), [path("junk.pem"),
                                             "no certificate"]),
            ("-Path %s -KeyPath %s" % (path("c.pem"), path("junk.pem")),
             [path("junk.pem")]),
            ("-Path %s" % path("empty.pem"), [path("empty.pem"), "empty"]),
            ("-Path %s -Password wrong" % path("both.pfx"),
             [path("both.pfx"), "passphrase"]),
            ("-Path %s" % path("both.pfx"),
             [path("both.pfx"), "passphrase"]),
            ("-Path %s -KeyPath %s -Password wrong" % (
                path("c.pem"), path("sealed.pem")),
             [path("sealed.pem"), "passphrase"]),
            ("-Path %s -KeyPath %s" % (path("c.pem"), path("sealed.pem")),
             [path("sealed.pem"), "passphrase"]),
            ("-Path %s -KeyPath %s" % (path("c.pem"), path("other.pem")),
             [path("other.pem"), "belongs to"]),
            ("-Path %s" % path("missing.pem"),
             [path("missing.pem"), "does not exist"])):
        home.refused("Import-CsCertificate " + args, *words)
        expect(key_files() == kept, "%s left %s" % (args, key_files()))
    expect(thumbprints() == before, home.out)


def the_right_word_opens_it(_):
    home.run("Import-CsCertificate -Path %s -KeyPath %s -Password right "
             "-ErrorAction Stop | Out-Null" % (
                 path("c.pem"), path("sealed.pem")), 0)
    expect(any(name.endswith(".key") for name in key_files()),
           str(key_files()))
    for name in key_files():
        mode = os.stat(os.path.join(home.path, "keys", name)).st_mode & 0o777
        expect(mode == 0o600, "%s has mode %o" % (name, mode))
    mode = os.stat(os.path.join(home.path, "keys")).st_mode & 0o777
    expect(mode == 0o700, "keys has mode %o" % mode)


def the_authority_s_own_key_shut_keeps_the_services_down(_):
    home.end()
    home.run("$null", 0)
    shut = os.path.join(home.path, "keys", "ca.key")
    # A supervisor of before may still be there: it has read its keys.
    with open(os.path.join(home.path, "log/events")) as f:
        number = f.read().rsplit("(process ", 1)[1].split(")")[0]
    os.kill(int(number), 15)
    lock = os.path.join(home.path, "run/supervisor.lock")
    subprocess.run(["flock", lock, "true"], check=True, timeout=60)
    os.chmod(shut, 0)
    home.refused("Start-CsWindowsService REPLICA", shut, "Permission denied")
    os.chmod(shut, 0o600)
    home.run("Get-CsCertificate -ErrorAction Stop | Out-Null", 0)


sys.exit(main([
    a_home_of_an_ordinary_user,
    each_unreadable_key_is_named_and_nothing_is_kept,
    the_right_word_opens_it,
    the_authority_s_own_key_shut_keeps_the_services_down,
]))
