# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody else has a port that a service needs."""

import os
import socket
import sys

from bench import Home, expect, main, wait_for

EDGE, INSIDE = "127.0.62.1", "127.0.62.2"
home = None
taken = []


def take(ip, port):
    s = socket.socket()
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((ip, port))
    s.listen()
    taken.append(s)


def connects(ip, port):
    with socket.socket() as s:
        s.settimeout(2)
        return s.connect_ex((ip, port)) == 0


def a_taken_port_is_an_error_that_names_its_holder(work):
    global home
    home = Home(os.path.join(work, "home"), EDGE, INSIDE)
    home.configure()
    take(EDGE, 5269)
    take(INSIDE, 5061)
    home.refused("Start-CsWindowsService RTCXMPPTGWPX",
                 "RTCXMPPTGWPX", EDGE + ":5269", "in use",
                 "process %d (" % os.getpid(), "Set-CsEdgeServer")
    status = home.run("Start-CsWindowsService")
    expect(status == 1, "status %d" % status)
    expect(INSIDE + ":5061" in home.err and EDGE + ":5269" in home.err,
           home.err)
    expect("Set-CsRegistrar" in home.err, home.err)


def the_rest_runs_and_the_state_says_what_is_missing(_):
    rows = home.services()
    expect({r[0] for r in rows.values()} == {"Running"}, str(rows))
    expect(EDGE + ":5269" in rows["RTCXMPPTGWPX"][2], str(rows))
    expect(INSIDE + ":5061" in rows["RTCSRV"][2], str(rows))
    expect(not rows["RTCXMPPTGW"][2], str(rows))
    expect(connects(EDGE, 23456), "the link's port is not open")


def once_the_port_is_free_a_start_takes_it(_):
    while taken:
        taken.pop().close()
    home.run("$ErrorActionPreference = 'Stop'; Start-CsWindowsService", 0)
    expect("in use" not in home.err, home.err)
    expect(connects(EDGE, 5269) and connects(INSIDE, 5061), "not open")
    expect("in use" not in str(home.services()), str(home.services()))


def an_address_of_another_machine_is_said(_):
    """192.0.2.0/24 is for documentation: nobody has it."""
    home.run("$e = Get-CsService -EdgeServer | Select-Object -First 1\n"
             "Set-CsEdgeServer -Identity $e.Identity "
             "-ExternalIPAddress 192.0.2.7", 0)
    wait_for(lambda: "192.0.2.7:5269" in home.problems("RTCXMPPTGWPX"),
             "the problem of an address that is not ours")
    home.refused("Start-CsWindowsService RTCXMPPTGWPX",
                 "no such address", "Set-CsEdgeServer")
    home.end()


sys.exit(main([
    a_taken_port_is_an_error_that_names_its_holder,
    the_rest_runs_and_the_state_says_what_is_missing,
    once_the_port_is_free_a_start_takes_it,
    an_address_of_another_machine_is_said,
]))
