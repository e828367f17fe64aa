#!/bin/busybox sh
# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=dash
#
# PID 1 of the guest that run.sh boots. Loads the modules, has the driver bind to the edu device
# again and again, and writes one line to a serial port of its own: "success", or "failure: " and a
# sentence. Whatever keeps it from getting that far leaves the port silent, which is no success.
#
# /modules holds the modules, /modules/list their file names in the order of loading. On the kernel
# command line, edu_test.port= names the serial port, edu_test.iommu=yes or =no says what the guest
# must find, and NAME.PARAMETER=VALUE is handed to the module NAME. /bin/edu_mmap is what user space
# does with the driver's device file.
#
# A /script takes the place of the demo. It is a part of this file: it can use "say" and "fail",
# $dev is the edu device, and a line "# says: TEXT" in it is one that it must have said. The demo's
# driver, if it was loaded, is bound when the script begins.

driver=dma_coherent_handle_edu
live=/sys/kernel/debug/dma-api/dump
kmemleak=/sys/kernel/debug/kmemleak

# Onto the console, in order with what the kernel prints.
say() {
	echo "<6>edu_test: $*" > /dev/kmsg
}

# The end. Closing the port waits until everything is out. If poweroff fails, PID 1 exits, which
# makes the kernel panic: better than to hang.
verdict() {
	say "verdict: $*"
	echo "$*" > "/dev/$port"
	poweroff -f
	exit 1
}

fail() {
	verdict "failure: $*"
}

# The driver's last error, without what the driver core adds to it.
last_error() {
	dmesg -r | sed -n "s/^<[0-3]>.*$driver [^ ]*: //p" | grep -v '^probe with driver' |
		tail -n 1
}

bound() {
	link=$(readlink "/sys/bus/pci/devices/$dev/driver")
	[ "${link##*/}" = "$driver" ]
}

must_be_bound() {
	bound && return 0
	error=$(last_error)
	fail "the driver did not bind to $dev $1: ${error:-it did not say why}"
}

# "echo" fails if the kernel refuses, and busybox complains: neither matters, bound() asks.
bind() {
	echo "$dev" > "/sys/bus/pci/drivers/$driver/bind"
} 2> /dev/null

unbind() {
	echo "$dev" > "/sys/bus/pci/drivers/$driver/unbind"
	bound && fail "the driver could not be unbound from $dev"
}

# Sets $dev.
find_device() {
	for dir in /sys/bus/pci/devices/*; do
		[ "$(cat "$dir/vendor" "$dir/device" 2> /dev/null | tr -d '\n')" = 0x12340x11e8 ] &&
			dev=${dir##*/} && return
	done
	fail "there is no edu device (1234:11e8) on the PCI bus"
}

# A device behind an IOMMU that translates is in a group, whose type says that it does.
check_iommu() {
	type=$(cat "/sys/bus/pci/devices/$dev/iommu_group/type" 2> /dev/null)
	case $iommu:$type in
	yes:DMA | yes:DMA-FQ)
		say "$dev is behind an IOMMU, domain type $type" ;;
	yes:)
		fail "there was to be an IOMMU, but $dev is not behind one" ;;
	yes:*)
		fail "the IOMMU does not translate for $dev: domain type $type" ;;
	no:)
		[ ! -e "/sys/bus/pci/devices/$dev/iommu_group" ] ||
			fail "there was to be no IOMMU, but $dev is in an IOMMU group"
		say "$dev is not behind an IOMMU" ;;
	no:*)
		fail "there was to be no IOMMU, but $dev is behind one, domain type $type" ;;
	*)
		fail "edu_test.iommu=yes or =no is missing on the kernel command line" ;;
	esac
}

load_modules() {
	while read -r file; do
		name=$(echo "${file%.ko}" | tr - _)
		params=
		for word in $cmdline; do
			case $word in
			"$name".*) params="$params ${word#*.}" ;;
			esac
		done
		say "insmod $file$params"
		# shellcheck disable=SC2086 # one argument for each parameter
		error=$(insmod "/modules/$file" $params 2>&1) ||
			fail "$file could not be loaded: ${error##*: }"
		loaded="$name $loaded"
	done < /modules/list
}

# Is the API a module? Then the kernel's own code is as it was.
is_stock() {
	case " $loaded" in
	*" coherent_handle "*) return 0 ;;
	esac
	return 1
}

# The driver compares what is read through a handle with zero, and leaves the rest to this. A raw
# buffer is cleared behind an IOMMU, and by a kernel that has the fixes.
check_stale() {
	free=$(dmesg | sed -n 's/.*stale bytes in free memory: \([0-9]*\) of.*/\1/p')
	raw=$(dmesg | sed -n 's/.*stale bytes that the device read: \([0-9]*\) of.*/\1/p')
	[ -n "$free" ] || fail "the driver did not say how many stale bytes were in free memory"
	[ -n "$raw" ] || fail "the driver did not say how many stale bytes the device read"
	if [ "$cleared" = yes ]; then
		[ "$free" = 0 ] || fail "the page allocator was to clear memory, but did not"
	else
		[ "$free" -gt 0 ] || fail "free memory had no stale bytes:" \
			"that the handle had none shows nothing"
	fi
	if [ "$cleared:$iommu" = no:no ] && is_stock; then
		[ "$raw" -gt 0 ] || fail "even a raw buffer had no stale bytes:" \
			"that the handle had none shows nothing"
	else
		[ "$raw" = 0 ] || fail "a raw buffer had $raw stale bytes"
	fi
}

check_user_space() {
	say "user space maps a handle"
	error=$(edu_mmap 2>&1) || fail "user space: ${error#edu_mmap: }"
}

# With CONFIG_DMA_API_DEBUG the kernel keeps a list.
live_buffers() {
	grep -c "^$driver $dev coherent-no-mapping " "$live"
}

has_list() {
	[ -e "$live" ] && ! is_stock
}

check_live() {
	has_list || return 0
	count=$(live_buffers)
	[ "$count" -gt 0 ] || fail "the kernel lists no live buffers while the driver is bound"
	say "$count live buffers are listed in debugfs"
}

must_wait_for_mapping() {
	say "unbind while user space has the buffer mapped: must wait"
	edu_mmap hold &
	holder=$!
	until grep -q "/dev/$driver" "/proc/$holder/maps"; do
		kill -0 $holder || fail "user space could not keep the buffer mapped"
		sleep 0.1
	done 2> /dev/null

	{ unbind; : > /unbound; } &
	sleep 1
	[ ! -e /unbound ] || fail "the driver was unbound while user space had its buffer mapped"
	kill $holder
	wait
	[ -e /unbound ] || fail "the driver could not be unbound after the mapping had gone"
	[ ! -e "/dev/$driver" ] || fail "/dev/$driver is still there after unbind"

	has_list || return 0
	count=$(live_buffers)
	[ "$count" = 0 ] || fail "the kernel lists $count live buffers of the driver after unbind"
	say "no live buffers are listed any more"
}

# A test that cannot fail shows nothing: with one bit flipped the driver must not bind.
must_notice_one_bit() {
	say "bind with one bit flipped: must fail"
	echo 1 > "/sys/module/$driver/parameters/corrupt" ||
		fail "the driver has no way to be tested"
	bind
	bound && fail "the driver did not notice that one bit had been flipped"
	case $(last_error) in
	"1 of "*" bytes differ, "*) say "it failed, as it must" ;;
	*) fail "one bit had been flipped, but the driver's complaint is: $(last_error)" ;;
	esac
	echo 0 > "/sys/module/$driver/parameters/corrupt"
}

demo() {
	check_stale
	check_user_space
	check_live
	must_wait_for_mapping
	must_notice_one_bit
	say "bind with the bit as it was: must work"
	bind
	must_be_bound "a second time"
}

# Only what is a leak twice is one. What is younger than five seconds is not looked at.
check_memory_leaks() {
	[ -e "$kmemleak" ] || return 0
	for _ in 1 2; do
		sleep 6
		echo scan > "$kmemleak"
	done
	leak=$(head -n 12 "$kmemleak" | tr '\n' ' ')
	[ -z "$leak" ] || fail "memory leak: $leak"
	say "kmemleak has found nothing"
}

# panic_on_warn has ended the guest long before this, if run.sh set it; but this asks the kernel.
# Some KUnit suites warn on purpose: whoever enables KUnit looks for the other warnings.
check_kernel_is_well() {
	# Machine check, bad page, died, soft lockup, warned: admin-guide/tainted-kernels.rst
	unwell=$((1 << 4 | 1 << 5 | 1 << 7 | 1 << 14))
	[ "$kunit" = yes ] || unwell=$((unwell | 1 << 9))
	taint=$(cat /proc/sys/kernel/tainted)
	[ "$taint" ] || fail "the kernel does not say whether it warned"
	[ $((taint & unwell)) = 0 ] || fail "the kernel warned or worse: taint $taint"

	dmesg | grep -q 'Linux version' || fail "the beginning of the kernel log is lost"
	[ "$kunit" = no ] || return 0
	# What DMA_API_DEBUG says of itself at boot is no complaint.
	bad='WARNING:|BUG:|DMA-API:|Oops|Call Trace|general protection|DMAR:.*fault'
	bad="$bad|arm-smmu-v3.*event|DMA buffer lost"
	lines=$(dmesg | grep -E "$bad" |
		grep -Ev 'DMA-API: (preallocated|debugging (enabled|disabled on))')
	[ -z "$lines" ] || fail "the kernel complained: $(echo "$lines" | head -n 1)"
}

export PATH=/bin
busybox mkdir -p /proc /sys /dev
busybox mount -t proc none /proc
busybox --install -s /bin
mount -t sysfs none /sys
mount -t devtmpfs none /dev
# Not every kernel has it.
mount -t debugfs none /sys/kernel/debug 2> /dev/null

dev=
loaded=
cmdline=$(cat /proc/cmdline)
iommu=unknown
port=console
cleared=no
kunit=no
for word in $cmdline; do
	case $word in
	init_on_alloc=0) cleared=no ;;
	init_on_alloc=1) cleared=yes ;;
	kunit.enable=0) kunit=no ;;
	kunit.enable=1) kunit=yes ;;
	edu_test.iommu=*) iommu=${word#*=} ;;
	edu_test.port=*) port=${word#*=} ;;
	esac
done

find_device
load_modules
case " $loaded" in
*" $driver "*) must_be_bound "when it was loaded" ;;
esac
# On arm64, Linux 6.12 finds the IOMMU when it binds the driver.
check_iommu
if [ -e /script ]; then
	# shellcheck source=/dev/null
	. /script
else
	demo
fi

for name in $loaded; do
	say "rmmod $name"
	rmmod "$name" || fail "$name could not be unloaded"
	[ ! -e "/sys/module/$name" ] || fail "$name is still there after rmmod"
done

check_memory_leaks
check_kernel_is_well
verdict success
