#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The federation with the administration in PowerShell.
exec "$TOP_SRCDIR/tests/interop/prosody" ps1
