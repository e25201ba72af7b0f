#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every federation command has help, and every example of it works.
exec python3 -B "$TOP_SRCDIR/tests/help"
