#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# test-boot-driver.sh: boot-driver.sh passes a right driver, and fails one that leaks a buffer. Both
# have a header file beside them.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"

work=$BUILD/test-boot-driver
passed=0 failed=0

# boot LEAK: its output goes to $work/LEAK.log
boot() {
	mkdir -p "$work/$1"
	cp "$OVERLAY/test/boot-driver-test.c" "$work/$1/"
	printf '#define LEAK %s\n' "$1" > "$work/$1/leak.h"
	echo 'say "loaded"' > "$work/$1/script"
	"$OVERLAY/test/boot-driver.sh" "$work/$1/boot-driver-test.c" "$work/$1/script" \
		> "$work/$1.log" 2>&1
}

# expect TITLE LEAK STATUS TEXT
expect() {
	local status=0

	boot "$2" || status=1
	if [ $status = "$3" ] && grep -F -m 1 "$4" "$work/$2.log"; then
		passed=$((passed + 1))
	else
		printf '  FAIL  %s: expected status %s and "%s", got %s; the last lines of %s:\n' \
			"$1" "$3" "$4" $status "$(short "$work/$2.log")"
		tail -n 15 "$work/$2.log"
		failed=$((failed + 1))
	fi
}

rm -rf "$work"
expect 'a right driver' 0 0 '2 passed, 0 failed'
expect 'a driver that leaks' 1 1 'DMA buffer lost: 1048576 bytes'
printf '%d passed, %d failed\n' $passed $failed
[ $failed = 0 ]
