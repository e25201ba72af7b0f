#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Each service killed in the middle of a conversation.
exec "$TOP_SRCDIR/tests/interop/crash"
