#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The README's session, typed.
exec python3 -B "$TOP_SRCDIR/tests/readme"
