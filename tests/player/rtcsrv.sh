#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# RTCSRV on the wire, against clients written in Python.
exec python3 -B "$TOP_SRCDIR/tests/player/rtcsrv.py"
