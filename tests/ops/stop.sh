#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Ctrl-C in the middle of a long change.
exec python3 -B "$TOP_SRCDIR/tests/ops/stop.py"
