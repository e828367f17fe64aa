#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# test-driver.sh: driver.sh passes a right driver, and fails one with findings of sparse, one with
# findings of a rule, and one that does not compile. It names them as they were given.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"

# Characters that sed would take for its own.
work="$BUILD/test-driver/a|b&c"
samples=$OVERLAY/check/samples
passed=0 failed=0

# expect TITLE FILE STATUS TEXT...
expect() {
	local title=$1 file=$2 want=$3 status=0 text log=$BUILD/logs/test-driver.log
	shift 3

	"$OVERLAY/check/driver.sh" "$file" > "$log" 2>&1 || status=1
	for text; do
		[ $status = "$want" ] && grep -F -m 1 "$text" "$log" && continue
		printf '  FAIL  %s: expected status %s and "%s", got %s and:\n' "$title" "$want" \
			"$text" $status
		cat "$log"
		failed=$((failed + 1))
		return
	done
	passed=$((passed + 1))
}

# line FILE: where it says what is expected, in the line itself or before it.
line() {
	grep -n -m 1 'expect: ' "$1" | cut -d: -f1
}

rm -rf "$work"
mkdir -p "$work"
printf '#define %s 0\n' LEAK TWICE PROBE_FAILS > "$work/mistake.h"
cp "$OVERLAY/test/boot-driver-test.c" "$samples/sparse/misuse/by-hand.c" \
	"$samples/coccinelle/misuse/driver_probe_return.c" "$work"
expect 'a right driver' "$work/boot-driver-test.c" 0 'no findings'
expect 'a private member' "$work/by-hand.c" 1 "$work/by-hand.c:$(line "$work/by-hand.c"):" 'dereference of noderef'
expect 'a leak, and what is not declared' "$work/driver_probe_return.c" 1 \
	'driver_probe_return.c does not compile' '[handle_leak]' \
	"$work/driver_probe_return.c:$(($(line "$work/driver_probe_return.c") + 1)):"
printf '%d passed, %d failed\n' $passed $failed
[ $failed = 0 ]
