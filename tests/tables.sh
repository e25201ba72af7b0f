#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Single expressions that agree with PowerShell's go on agreeing.
exec python3 -B "$TOP_SRCDIR/tests/conformance/tables/run"
