#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The federation once more, administered by a Lua batch script.
exec "$TOP_SRCDIR/tests/interop/prosody" lua
