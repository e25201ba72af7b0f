#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# FEDSH_HOME on a file system that is full. TAP.
exec python3 -B "$TOP_SRCDIR/tests/ops/full_disk.py"
