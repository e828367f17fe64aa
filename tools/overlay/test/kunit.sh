#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# kunit.sh KERNEL [KUNIT_ARGS...]: the KUnit suites, by the kernel's own kunit.py, on a grafted copy
# of a kernel tree: on UML, or with ARCH=, on the smallest kernel of that architecture, in QEMU.
#
# That kunit.py is content is not enough: the cases that ran must be those that the sources name,
# the kernel must not have warned, and be what it should be.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"
. "$OVERLAY/lib/results.sh"
. "$OVERLAY/boot/qemu-kernel.sh"
. "$OVERLAY/boot/qemu-arch.sh"
. "$OVERLAY/boot/prove.sh"
. "$OVERLAY/boot/boot.sh"

KERNEL=${1:?usage: kunit.sh KERNEL [KUNIT_ARGS...]}
shift
ARCH=${ARCH:-um}
SUITES=(kernel/dma/tests lib/kunit/dma-test.c lib/kunit/dma-example-test.c)
# What is built only with an option of the kernel's.
declare -A OPTIONAL=([debug_kunit.c]=DMA_API_DEBUG
		     [coherent_handle_debug_kunit.c]=DMA_COHERENT_HANDLE_DEBUG)
STOCK_SUITE=coherent_handle_stock_kunit.c
# See sources.sh.
unfixed=${STOCK:-}
[ "${WITHOUT:-}" != all ] || unfixed=1
LIMIT=${LIMIT:-300}

run_kunit() {
	local kconfig

	um_kconfig "$TREE"
	# Without, the stack traces of UML are guesses.
	kconfig+=(--kconfig_add CONFIG_FRAME_POINTER=y)
	# A kernel without the fixes has the external module's file instead, and its suite.
	if [ -n "$unfixed" ]; then
		cp "$OVERLAY/stock/$STOCK_SUITE" "$TREE/kernel/dma/tests/" || return
		kconfig+=(--make_options="CFLAGS_coherent_handle.o=-include $OVERLAY/stock/coherent_handle_stock.h"
			  --make_options="dma_coherent_handle_kunit-objs=${STOCK_SUITE%.c}.o")
	fi

	cd "$TREE" || return
	# The first .kunitconfig is the tree's own, as anyone would run it by hand there. -Os takes a
	# tenth less time to compile than -O2.
	./tools/testing/kunit/kunit.py run --kunitconfig=kernel/dma/tests \
		--kunitconfig="$OVERLAY/boot/configs/um.config" --arch=um \
		--kconfig_add CONFIG_CC_OPTIMIZE_FOR_SIZE=y \
		--build_dir="$out" --jobs="$JOBS" --timeout="$LIMIT" "${kconfig[@]}" "$@"
}

run_kunit_in_qemu() {
	local rc=0 parsed=$out/test.parsed

	cd "$out" || return
	boot_kunit test "${1:-*}" || rc=1
	"$TREE/tools/testing/kunit/kunit.py" parse "$out/test.log" > "$parsed" 2>&1 || rc=1
	grep -E '\[(FAILED|CRASHED)\]|Testing complete' "$parsed"
	printf '%s\n' "${proved[@]}" > "$out/proved"
	[ "$rc$bad" = 00 ]
}

need_kernel_build
case $ARCH in
um) ;;
*)
	# What stands in for the fixes is given to kunit.py's build.
	[ -z "$unfixed" ] || die "a kernel without the fixes: with ARCH=um only"
	set_arch "$ARCH"
	[[ $# -lt 2 && ${1:-} != -* ]] || die "KUNIT_ARGS=$*: expected the name of a suite; options are for ARCH=um"
	;;
esac
printf 'KUnit on Linux %s, ARCH=%s\n' "$KERNEL" "$ARCH"
grafted_source "$KERNEL"

rc=0
if [ "$ARCH" = um ]; then
	out=$BUILD/kunit-um-$TAG
	rm -f "$out/test.log"
	step "building and running the suites" "kunit-um-$TAG" run_kunit "$@" || rc=1
	# There, some cases must fail: see below.
	[ -z "$unfixed" ] || [ ! -e "$out/test.log" ] || rc=0
else
	if ! qemu_kernel "$arch" "$cross" "${targets[@]}"; then
		printf '0 passed, 1 failed, 0 skipped\n'
		exit 1
	fi
	rm -f "$out/test.log" "$out/proved"
	proofs+=("Linux version $VERSION")
	step "running the suites" "kunit-$arch-$TAG" run_kunit_in_qemu "$@" || rc=1
fi
log=$out/test.log
[ ! -e "$log" ] || keep_ktap "$log" "kunit-$ARCH-$TAG"

passed=0 failed=0 skipped=0
if ! [ -e "$log" ] || ! kunit_counts "$log" passed failed skipped; then
	printf '  FAIL  no test was run\n'
	rc=1
fi
grep -E '\[(FAILED|CRASHED)\]' "$STEP_LOG" | sed 's/^/  /' || :
[ ! -e "$log" ] ||
	sed -nE 's/^(\[[^]]*\] )? *ok [0-9]+ (.+) # SKIP (.+)$/  [SKIPPED] \2: \3/p' "$log"
if grep -q '^Command .* timed out after' "$STEP_LOG"; then
	printf '  FAIL  the kernel did not end within %d s\n' "$LIMIT"
	rc=1
fi
# Why: what KUnit says, and what the KUnit DMA device does, but not to the tests within its own.
if [ $rc != 0 ] && [ -e "$log" ]; then
	grep -E -A 5 '(EXPECTATION|ASSERTION) FAILED|^ *# \w+: (dma_(alloc|free|map|unmap|sync)_|device (read|write) of)' "$log" |
		grep -v '# inner: ' | head -n 40 | sed 's/^/  /' || :
fi

# A case can pass though the kernel has something to complain about.
if [ -e "$log" ] && kernel_warnings "$log" > "$out/warnings"; then
	head -n 10 "$out/warnings" | sed 's/^/  /'
	printf '  FAIL  the kernel warned, see %s\n' "$(short "$log")"
	rc=1
fi

# Arguments may have chosen some of the cases.
if [ $# = 0 ] && [ -e "$log" ]; then
	except=()
	for suite in "${!OPTIONAL[@]}"; do
		! has "${OPTIONAL[$suite]}" || continue
		except+=(-x "$suite")
		n=$(grep -cE '^\s*KUNIT_CASE' "$TREE/kernel/dma/tests/$suite")
		printf '  [SKIPPED] %d cases of %s: no CONFIG_%s\n' "$n" "$suite" \
			"${OPTIONAL[$suite]}"
		skipped=$((skipped + n))
	done
	compare_cases "$log" "${except[@]}" "${SUITES[@]}" || rc=1
fi

# On a kernel without the fixes, the tests of the fixes must fail, and nothing else.
if [ -n "$unfixed" ] && [ $# = 0 ] && [ -e "$log" ]; then
	sed -n "s/^$ARCH //p" "$OVERLAY/stock/must-fail" | sort > "$out/must-fail"
	if diff "$out/must-fail" <(failed_in_log "$log") > "$out/failed.diff"; then
		n=$(wc -l < "$out/must-fail")
		printf '  ok    %d cases fail without the fixes, as they must\n' "$n"
		passed=$((passed + failed)) failed=0
	else
		printf '  FAIL  the cases that failed (>) are not those that must (<):\n'
		sed 's/^/        /' "$out/failed.diff"
		rc=1
	fi
fi

if [ "$ARCH" != um ] && [ -e "$log" ]; then
	seen=$(kernel_traits)
	[ "$seen" = "$traits" ] || complain "the kernel is $seen; expected $traits"
	printf '  %s\n' "$seen"
	sed 's/^/  /' "$out/proved" 2>/dev/null || :
	[ $bad = 0 ] || rc=1
fi

[ $rc = 0 ] || [ "$failed" != 0 ] || failed=1
# With WITHOUT=all, others want the same tree as it was.
[ -z "$unfixed" ] || rm -f "$TREE/kernel/dma/tests/$STOCK_SUITE"
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
exit $rc
