#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Keys that cannot be read.
exec python3 -B "$TOP_SRCDIR/tests/ops/keys.py"
