#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The prompt, typed at.
exec python3 -B "$TOP_SRCDIR/tests/prompt"
