#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# RTCXMPPTGWPX on the wire, against a peer written in Python.
exec python3 -B "$TOP_SRCDIR/tests/player/xmpp_s2s.py"
