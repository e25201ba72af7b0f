# SPDX-License-Identifier: GPL-3.0-or-later
"""Ctrl-C in the middle of a long change."""

import os
import re
import signal
import subprocess
import sys

from bench import Home, expect, main, wait_for

USERS = 200
home = None


def granted():
    home.run("@(Get-CsUser | Where-Object ExternalAccessPolicy -eq "
             "'FedPic').Count", 0)
    return int(home.out.split()[-1])


def users_and_a_policy_are_made(work):
    global home
    home = Home(os.path.join(work, "home"))
    home.run("""
$ErrorActionPreference = 'Stop'
New-CsSipDomain -Identity contoso.test | Out-Null
$pool = Get-CsPool | Select-Object -First 1 -ExpandProperty Fqdn
foreach ($n in 1..%d) {
    New-ADUser -Name "u$n" -SamAccountName "u$n" -UserPrincipalName "u$n@contoso.test" -Enabled $true
    Enable-CsUser -Identity "u$n" -RegistrarPool $pool -SipAddressType UserPrincipalName
}
New-CsExternalAccessPolicy -Identity FedPic | Out-Null
""" % USERS, 0)
    expect(granted() == 0, home.out)


def ctrl_c_keeps_what_was_done_and_says_how_many(_):
    p = subprocess.Popen(
        [home.program, "-NoProfile", "-Command",
         "Get-CsUser | ForEach-Object { Start-Sleep -Milliseconds 20; $_ } | "
         "Grant-CsExternalAccessPolicy -PolicyName FedPic"],
        env=home.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)
    try:
        wait_for(granted, "the first of them")
        p.send_signal(signal.SIGINT)
        out = p.communicate(timeout=60)[0]
    finally:
        p.kill()
    expect(p.returncode != 0, "it ended well: " + out)
    found = re.search(r"Grant-CsExternalAccessPolicy was stopped after (\d+) "
                      r"objects?; what was done\s+stays", " ".join(out.split()))
    expect(found, "nothing was said: " + out)
    count = granted()
    expect(0 < count < USERS, "%d of %d" % (count, USERS))
    expect(int(found.group(1)) == count,
           "%s were said, %d are" % (found.group(1), count))


def the_rest_is_done_by_asking_again(_):
    home.run("Get-CsUser | Grant-CsExternalAccessPolicy -PolicyName FedPic",
             0)
    expect("stopped" not in home.out + home.err, home.out)
    expect(granted() == USERS, "%d of %d" % (granted(), USERS))


def a_script_that_waits_is_stopped_with_its_finally(work):
    for waits in ("Start-Sleep 100", "while ($true) {}", "sleep 100",
                  "sleep 100 | sort"):
        p = subprocess.Popen(
            [home.program, "-NoProfile", "-Command", "try { Write-Host began; "
             "%s; Write-Host after } finally { Write-Host cleaned }" % waits],
            env=home.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)
        try:
            expect(p.stdout.readline() == "began\n", waits)
            p.send_signal(signal.SIGINT)
            out = p.communicate(timeout=30)[0]
        finally:
            p.kill()
        expect(out == "cleaned\n", "%s: %s" % (waits, out))
        expect(p.returncode == -signal.SIGINT,
               "%s: ended with %d" % (waits, p.returncode))


sys.exit(main([
    users_and_a_policy_are_made,
    ctrl_c_keeps_what_was_done_and_says_how_many,
    the_rest_is_done_by_asking_again,
    a_script_that_waits_is_stopped_with_its_finally,
]))
