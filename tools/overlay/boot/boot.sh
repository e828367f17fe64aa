# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The one place where QEMU boots a kernel of ours. (The demo has its own, in
# tools/testing/dma-coherent-handle/run.sh, since it lands in the kernel.) To be sourced after
# prove.sh.

# boot_kernel NAME [QEMU_ARGUMENT...]: boot $out/$image, or $kernel, on the machine that set_arch()
# and the caller have set, for at most $LIMIT seconds. Leaves the console in NAME.log, and sets $bad
# if the kernel was another one, or the log does not have what $proofs and $highmem say. NAME has no
# directory: a comma in a path would separate options of QEMU's.
#
# With -icount and sleep=off a guest that waits does not wait for real, and how long it thinks that
# things take does not depend on how busy the host is.
boot_kernel() {
	local name=$1 log=$1.log rc=0 start=$SECONDS
	shift

	bad=0 proved=()
	rm -f "$name.console" "$log"
	touch "$name.console"
	timeout --foreground -k 5 "$LIMIT" "$qemu" -accel tcg -M "$machine" ${cpu:+-cpu "$cpu"} \
		${memory:+-m "$memory"} ${icount:+-icount "shift=$icount,sleep=off"} \
		-nodefaults -display none -no-reboot \
		-chardev file,id=console,path="$name.console" -serial chardev:console \
		"${devices[@]}" "$@" -kernel "${kernel:-$out/$image}" \
		-append "console=$console loglevel=7 printk.time=0 panic=-1 $append" || rc=$?
	tr -d '\r' < "$name.console" > "$log"
	tail -n 6 "$log"
	printf '%d s\n' $((SECONDS - start))
	case $rc in
	0) ;;
	124 | 137) complain "the guest did not end within $LIMIT s" ;;
	*) complain "QEMU failed: exit status $rc" ;;
	esac
	prove_built "$log" "$out/vmlinux"
	[ ${#proofs[@]} = 0 ] || prove "$log" "${proofs[@]}"
	[ ${#highmem[@]} = 0 ] || prove_highmem "$log" "${highmem[@]}"
	[ $rc = 0 ]
}

# boot_kunit NAME GLOB [QEMU_ARGUMENT...]: boot a kernel that runs its KUnit suites, or those that
# GLOB names.
boot_kunit() {
	local append="kunit.enable=1 kunit.autorun=1 kunit_shutdown=reboot kunit.filter_glob=$2 $append"

	boot_kernel "$1" "${@:3}"
}
