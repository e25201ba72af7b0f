#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# RTCSRV against baresip, a real SIP client.
exec python3 -B "$TOP_SRCDIR/tests/interop/baresip.py"
