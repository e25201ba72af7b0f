#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A service whose port somebody else has.
exec python3 -B "$TOP_SRCDIR/tests/ops/ports.py"
