#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The rooms' doors hold, and the tool that says so sees every kind of breach.
set -u
top=${TOP_SRCDIR:-.}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
n=0

ok() { n=$((n + 1)); echo "ok $n - $1"; }
not_ok() { n=$((n + 1)); echo "not ok $n - $1"; }

echo "1..7"
if "$top/tools/check-layers" "$top" >"$work/out" 2>&1; then
	ok "no include crosses a room boundary the wrong way"
else
	not_ok "no include crosses a room boundary the wrong way"
	sed 's/^/# /' "$work/out"
fi

mkdir -p "$work/src/core" "$work/src/net" "$work/src/store" \
    "$work/src/gateway/sip" "$work/src/gateway/xmpp"

seeded() { # description, file, include line
	echo "$3" >"$work/src/$2"
	if "$top/tools/check-layers" "$work" >"$work/out" 2>&1; then
		not_ok "$1"
	elif grep -q "src/$2" "$work/out"; then
		ok "$1"
	else
		not_ok "$1"
	fi
	rm "$work/src/$2"
}

seeded "core includes nothing" core/a.c '#include "net/conn.h"'
seeded "SIP and XMPP do not know each other" gateway/sip/a.c '#include "gateway/xmpp/jid.h"'
seeded "a library stays at its landing" net/a.c '#include <sqlite3.h>'
seeded "private headers stay private" net/b.c '#include "core/x_internal.h"'
seeded "nobody leaves by the window" net/c.c '#include "../core/mem.h"'
echo '#include "core/mem.h"' >"$work/src/net/d.c"
if "$top/tools/check-layers" "$work" >"$work/out" 2>&1; then
	ok "an allowed door is let through"
else
	not_ok "an allowed door is let through"
fi
