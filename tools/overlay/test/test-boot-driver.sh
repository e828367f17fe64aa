#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# test-boot-driver.sh: boot-driver.sh passes a right driver and script, and fails others, with the
# reason. The driver has a header file beside it.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"

work=$BUILD/test-boot-driver
passed=0 failed=0

# boot NAME MISTAKE SCRIPT: its output goes to $work/NAME.log
boot() {
	local macro

	mkdir -p "$work/$1"
	cp "$OVERLAY/test/boot-driver-test.c" "$work/$1/"
	for macro in LEAK TWICE PROBE_FAILS; do
		printf '#define %s %d\n' $macro $(($([ "$2" = $macro ] && echo 1) + 0))
	done > "$work/$1/mistake.h"
	printf '%s\n' "$3" > "$work/$1/script"
	"$OVERLAY/test/boot-driver.sh" "$work/$1/boot-driver-test.c" "$work/$1/script" \
		> "$work/$1.log" 2>&1
}

# expect NAME MISTAKE SCRIPT STATUS TEXT...: of the log, each text
expect() {
	local name=$1 expected=$4 status=0 text

	boot "$1" "$2" "$3" || status=1
	shift 4
	for text; do
		grep -F -m 1 -- "$text" "$work/$name.log" || status="$status, without: $text"
	done
	if [ "$status" = "$expected" ]; then
		passed=$((passed + 1))
	else
		printf '  FAIL  %s: expected status %s, got %s; the last lines of %s:\n' \
			"$name" "$expected" "$status" "$(short "$work/$name.log")"
		tail -n 15 "$work/$name.log"
		failed=$((failed + 1))
	fi
}

rm -rf "$work"
expect right '' 'say "loaded"' 0 '2 passed, 0 failed'
expect leak LEAK 'say "loaded"' 1 'DMA buffer lost: 1048576 bytes' \
	'boot_driver_probe+0x' '[boot_driver_test]'
expect probe PROBE_FAILS '' 1 'probe with driver boot-driver-test failed with error -5'
expect typo '' 'fial "it does not"' 1 'fial: not found' 'the script ended with status 127'
expect warning TWICE '' 1 'DMA buffer lost: its handle is used for another one' \
	'boot_driver_probe+0x'
# shellcheck disable=SC2016 # for the guest to expand
expect qemu '' 'cd /sys/bus/pci/devices/$dev
	echo 1 > enable
	bar=$(sed -n "1s/ .*//p" resource)
	devmem $((bar + 0x88)) 64 0x40000	# to the device
	devmem $((bar + 0x90)) 64 8192		# bytes, twice what it holds
	devmem $((bar + 0x98)) 64 1		# begin
	sleep 1' 1 'EDU: DMA range'
printf '%d passed, %d failed\n' $passed $failed
[ $failed = 0 ]
