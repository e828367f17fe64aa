# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What a kernel was told to be, it need not be, and a test that passes may have warned. So each boot
# has a list of what must be seen. To be sourced.
#
# Sets $bad if something is wrong, and collects in proved=() what was seen, for people to read.

bad=0
proved=()

# kernel_warnings LOG: prints the warnings in a log, with the numbers of their lines, but for those
# of the KUnit suites that warn on purpose. Fails if there are none.
kernel_warnings() {
	local rc=0

	"$OVERLAY/lib/kernel_warnings.py" "$1" || rc=$?
	[ $rc -lt 2 ] || die "$1: cannot look for warnings"
	return $rc
}

complain() {
	printf '* %s\n' "$*"
	bad=1
}

# prove FILE LINE...: what a log must have, or with a ! must not; its text goes to the table.
prove() {
	local file=$1 line text
	shift

	for line; do
		case $line in
		!*)
			if text=$(grep -m 1 -E "${line#!}" "$file"); then
				complain "${file##*/} has: $text"
			else
				proved+=("no '${line#!}'")
			fi
			;;
		*)
			if text=$(grep -m 1 -oE "$line" "$file"); then
				proved+=("$text")
			else
				complain "${file##*/} doesn't have: $line"
			fi
			;;
		esac
	done
}

# prove_built LOG VMLINUX: that the kernel that booted is the one that was built.
prove_built() {
	local banner

	banner=$(grep -a -m 1 -oE 'Linux version [0-9][^%]* #[0-9]+ .*' "$2") || :
	grep -aqF "${banner:-no vmlinux}" "$1" ||
		complain "this is not what booted, see ${1##*/}: ${banner:-$2 is not there}"
}

# prove_highmem LOG LINE...: that there is highmem, and that an address is in it, which the zone of
# that name has.
prove_highmem() {
	local log=$1 start address where
	shift

	start=$(sed -nE 's/^ *HighMem +\[mem (0x[0-9a-f]+)-.*/\1/p' "$log")
	[ -n "$start" ] || { complain "the kernel has no highmem"; return; }
	for where; do
		address=$(sed -nE "s/.*$where at (0x[0-9a-f]+).*/\1/p" "$log" | head -n 1)
		[ $((${address:-0} >= start)) = 1 ] ||
			complain \
				"this is not in highmem, from $start: $where at ${address:-nowhere}"
	done
	proved+=("highmem from $start")
}
