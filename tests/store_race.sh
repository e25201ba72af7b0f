#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Two shells that write the same users, and what a long pipeline holds. TAP.
set -u
fedsh=${FEDSH:?}
users=2000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
FEDSH_HOME=$work/home
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
		sed 's/^/# /' "$work"/*.err 2>/dev/null | head -20
		failed=1
	fi
}

run() { # name of its output, command
	"$fedsh" -NoProfile -Command "$2" >"$work/$1.out" 2>"$work/$1.err"
	status=$?
	[ $status -eq 0 ] && [ ! -s "$work/$1.err" ]
}

peak='[IO.File]::ReadAllLines("/proc/self/status") -match "VmHWM" -replace "\D"'
grant='Grant-CsExternalAccessPolicy -PolicyName'

echo 1..6
run make "
New-CsSipDomain -Identity contoso.test | Out-Null
New-CsExternalAccessPolicy -Identity Red | Out-Null
New-CsExternalAccessPolicy -Identity Blue | Out-Null
\$pool = (Get-CsPool | Select-Object -First 1).Fqdn
1..$users | ForEach-Object {
	New-ADUser -Name u\$_ -SamAccountName u\$_ -UserPrincipalName u\$_@contoso.test -Enabled \$true -WarningAction SilentlyContinue
	Enable-CsUser -Identity u\$_ -RegistrarPool \$pool -SipAddressType UserPrincipalName
}"
check "$users users are made in one pipeline" $?

run red "Get-CsUser | $grant Red" & first=$!
run blue "Get-CsUser | $grant Blue" & second=$!
wait $first
check "a shell that grants while another does ends without an error" $?
wait $second
check "so does the other" $?

run count 'Get-CsUser | Group-Object { "$($_.ExternalAccessPolicy)" } |
	ForEach-Object { "$($_.Name) $($_.Count)" }'
awk -v users=$users '$1 != "Red" && $1 != "Blue" { bad = 1 }
	{ sum += $2 } END { exit bad || sum != users }' "$work/count.out"
status=$?
[ $status -eq 0 ] || sed 's/^/# /' "$work/count.out"
check "each user has one of the two policies" $status

run few "Get-CsUser -ResultSize 200 | $grant Red; $peak" &&
	run all "Get-CsUser | $grant Blue; $peak"
check "granting to few and to all users works" $?

few=$(cat "$work/few.out")
all=$(cat "$work/all.out")
echo "# peak: $few KiB with 200 users, $all KiB with $users"
if nm "$fedsh" 2>/dev/null | grep -q __asan_init; then
	# A sanitizer keeps what was freed; here it only has to have worked.
	[ -n "$few" ] && [ -n "$all" ]
else
	[ "$all" -le $((few + 16384)) ]
fi
check "memory does not grow with the number of users" $?
exit $failed
