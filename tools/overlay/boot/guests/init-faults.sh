# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash disable=SC2154 # init.sh has set them
#
# For run.sh -x: each allocation that the kernel makes for the driver fails in turn. What edu_faults
# does to begin with, init.sh ends with: no warning, and nothing lost that kmemleak could find.
#
# says: edu_faults: bind: each of
# says: edu_faults: use: each of
# says: edu_faults: unbind: each of

say "allocations fail, one at a time"
for dir in /sys/kernel/debug/failslab /sys/kernel/debug/fail_page_alloc; do
	[ -e $dir/verbose ] || fail "the kernel has no ${dir##*/}"
	# All of them, those that may wait included, and not a word about it.
	echo N > $dir/ignore-gfp-wait
	echo 0 > $dir/verbose
done
echo N > /sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem
echo 0 > /sys/kernel/debug/fail_page_alloc/min-order

# To enable the device, ACPI interprets a method, and frees what is in use if an allocation fails on
# the way. It isn't asked if the device is enabled already.
unbind
echo 1 > "/sys/bus/pci/devices/$dev/enable"
bind
must_be_bound "after it was enabled"

error=$(edu_faults "$dev" 2>&1) || fail "${error#edu_faults: }"
must_be_bound "after all that"
