#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# FEDSH_HOME on a file system that is full. TAP; needs the right to mount.
set -u
fedsh=${FEDSH:?}
if [ -z "${FULL_DISK:-}" ]; then
	if ! unshare -m true 2>/dev/null; then
		echo '1..0 # SKIP no right to mount a file system'
		exit 0
	fi
	FULL_DISK=1 exec unshare -m "$0"
fi
work=$(mktemp -d)
trap 'umount "$work/disk"; rm -rf "$work"' EXIT
mkdir "$work/disk"
mount -t tmpfs -o size=1m tmpfs "$work/disk" || exit 1
FEDSH_HOME=$work/disk/home
NO_COLOR=1
export FEDSH_HOME NO_COLOR
n=0
failed=0

check() { # name, status
	n=$((n + 1))
	if [ "$2" -eq 0 ]; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
		sed 's/^/# /' "$work/out" "$work/err"
		failed=1
	fi
}

run() {
	"$fedsh" -NoProfile -Command "\$ErrorActionPreference = 'Stop'
$1" >"$work/out" 2>"$work/err"
}

refused() { # words of the error, command
	run "$2"
	status=$?
	[ $status -ne 0 ] && [ $status -lt 128 ] && grep -qi "$1" "$work/err"
}

fill() { dd if=/dev/zero of="$work/disk/fill" bs=4k 2>/dev/null; }

echo 1..7
run 'New-CsSipDomain -Identity contoso.test | Out-Null'
check "a store fits on the disk" $?
fill
refused 'full\|space' '1..2000 | ForEach-Object { New-CsExternalAccessPolicy -Identity "P$_" -Description ("x" * 1000) | Out-Null }'
check "a write to the store says that the disk is full" $?
refused 'full\|space' "1..100000 > $work/disk/list.txt"
check "so does an export" $?
refused 'full\|space' "Request-CsCertificate -New -Type XmppServer -Output $work/disk/edge.req -DomainName contoso.test"
check "so does a request for a certificate" $?
rm -f "$work/disk/fill" "$work/disk/list.txt"
run 'if ((Get-CsSipDomain).Name -notcontains "contoso.test") { exit 3 }'
check "what was there is still there once space is freed" $?
run 'New-CsExternalAccessPolicy -Identity After | Out-Null; Get-CsExternalAccessPolicy After | Out-Null'
check "and writing works again" $?
run 'Stop-CsWindowsService'
rm -rf "$FEDSH_HOME"
fill
refused 'full\|space' 'Get-CsUser'
check "a first start on a full disk says so" $?
exit $failed
