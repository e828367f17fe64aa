#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# sparse.sh KERNEL: sparse on our files, as "make C=2" runs it in a kernel that is configured for the
# KUnit suites. In the same run it is given a driver that misuses a handle, which it must report, or
# it has not checked.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$OVERLAY/sources.sh"

OURS=$(cd "$TOP" && find kernel lib -name '*.c' | sort)

need_kernel_build
need sparse
printf 'sparse on Linux %s\n' "$1"
grafted_source "$1"

out=$BUILD/kunit-um-$TAG
run_sparse() {
	cd "$TREE"
	[ -e "$out/.config" ] ||
		./tools/testing/kunit/kunit.py config --kunitconfig=kernel/dma/tests --build_dir="$out"
	make ARCH=um O="$out" olddefconfig prepare -j"$JOBS"
	# shellcheck disable=SC2086 # a list of objects
	make ARCH=um O="$out" C=2 CHECK="$OVERLAY/sparse-planted.sh $OVERLAY/sparse-planted.c" \
		-j"$JOBS" $(printf '%s ' $OURS | sed 's/[.]c /.o /g')
}

rc=0
step "sparse" "sparse-$TAG" run_sparse || exit 1

for file in $OURS; do
	grep -qE "^  CHECK +.*$file\$" "$STEP_LOG" || {
		printf '  FAIL  sparse was not run on %s\n' "$file"
		rc=1
	}
done
if grep -E '(warning|error):' "$STEP_LOG" | grep -v 'sparse-planted[.]c:'; then
	printf '  FAIL  sparse complains\n'
	rc=1
fi
# Each line with a misuse says so, and must be reported; no other line may be.
if ! diff <(grep -n 'MISUSE' "$OVERLAY/sparse-planted.c" | cut -d: -f1) \
	  <(sed -nE 's/.*sparse-planted[.]c:([0-9]+):[0-9]+: (warning|error): dereference of noderef.*/\1/p' \
	    "$STEP_LOG" | sort -nu); then
	printf '  FAIL  sparse did not report the planted misuses (<), or others (>)\n'
	rc=1
fi
exit $rc
