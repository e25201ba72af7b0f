#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Scripts through the real program, compared with what is expected.
exec "$TOP_SRCDIR/tests/golden/run"
