#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What passes of PowerShell's recorded output goes on passing.
exec python3 -B "$TOP_SRCDIR/tests/conformance/run"
