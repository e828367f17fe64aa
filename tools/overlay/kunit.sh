#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# kunit.sh KERNEL [KUNIT_ARGS...]: the KUnit suites, by the kernel's own kunit.py, on a grafted copy
# of a kernel tree.
#
# That kunit.py is content is not enough: the cases that ran must be those that the sources name,
# and the kernel must not have warned.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$OVERLAY/sources.sh"

KERNEL=${1:?usage: kunit.sh KERNEL [KUNIT_ARGS...]}
shift
ARCH=${ARCH:-um}
SUITES=(kernel/dma/tests lib/kunit/dma-test.c)

cases_in_sources() {
	grep -rhoE '^\s*KUNIT_CASE[A-Z_]*\(\w+' "${SUITES[@]/#/$TREE/}" --include='*.c' |
	sed 's/.*(//' | sort
}

# A case is indented by four columns, its parameters by more. Some kernels print the time first.
cases_in_log() {
	sed -nE 's/^(\[[^]]*\] )?    (not )?ok [0-9]+ (\w+)( .*)?$/\3/p' "$1" | tr -d '\r' | sort
}

need_kernel_build
[ "$ARCH" != x86_64 ] || need qemu-system-x86
printf 'KUnit on Linux %s, ARCH=%s\n' "$KERNEL" "$ARCH"
grafted_source "$KERNEL"

out=$BUILD/kunit-$ARCH-$TAG
kconfig=()
# Older kernels warn at each boot if UML's PCI has no device ID, and hide any warning of a test's.
if [ "$ARCH" = um ] && grep -q 'config UML_PCI_OVER_VIRTIO_DEVICE_ID' "$TREE/arch/um/drivers/Kconfig" &&
   ! grep -q 'config KUNIT_UML_PCI' "$TREE/lib/kunit/Kconfig"; then
	kconfig=(--kconfig_add CONFIG_UML_PCI_OVER_VIRTIO_DEVICE_ID=1234)
fi
# The debugging of handles wants frame pointers on UML. With them always, a run without it needn't
# build everything anew.
[ "$ARCH" != um ] || kconfig+=(--kconfig_add CONFIG_FRAME_POINTER=y)

run_kunit() {
	cd "$TREE"
	rm -f "$out/test.log"
	# The .kunitconfig is the tree's own, as anyone would run it by hand there.
	./tools/testing/kunit/kunit.py run --kunitconfig=kernel/dma/tests --arch="$ARCH" \
		--build_dir="$out" --jobs="$JOBS" "${kconfig[@]}" "$@"
}

rc=0
step "building and running the suites" "kunit-$ARCH-$TAG" run_kunit "$@" || rc=1

total=$(sed -n 's/.*Testing complete\. //p' "$STEP_LOG" | tail -n 1)
printf '  %s\n' "${total:-No test was run.}"
[ -n "$total" ] || rc=1
grep -E '\[(SKIPPED|FAILED|CRASHED)\]' "$STEP_LOG" | sed 's/^/  /' || :
# Why: what KUnit says, and what the KUnit DMA device does, but not to the tests within its own.
if [ $rc != 0 ] && [ -e "$out/test.log" ]; then
	grep -E -A 5 '(EXPECTATION|ASSERTION) FAILED|^ *# [a-z_0-9]+: dma_' "$out/test.log" |
		grep -v '# inner: ' | head -n 40 | sed 's/^/  /' || :
fi

# A case can pass though the kernel has something to complain about.
if [ -e "$out/test.log" ] && grep -E 'WARNING: |BUG: |DMA-API: .*error|Call Trace:' "$out/test.log" |
   head -n 10 | sed 's/^/  /' | grep .; then
	printf '  FAIL  the kernel warned, see %s\n' "$(short "$out/test.log")"
	rc=1
fi

# Arguments may have chosen some of the cases.
if [ $# = 0 ] && [ -e "$out/test.log" ]; then
	if ! diff <(cases_in_sources) <(cases_in_log "$out/test.log") > "$BUILD/logs/cases.diff"; then
		printf '  FAIL  the cases that ran (>) are not those in the sources (<):\n'
		sed 's/^/        /' "$BUILD/logs/cases.diff"
		rc=1
	fi
fi
exit $rc
