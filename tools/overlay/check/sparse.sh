#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# sparse.sh KERNEL: run sparse on our files, as "make C=2" does in a kernel that is configured for
# the KUnit suites, and on the samples, as an external module: sparse must report each marked line
# of samples/sparse/misuse and no other, and nothing of samples/sparse/correct. Every file includes
# planted.h, which sparse reports, so that no file passes that sparse has not read.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"
. "$OVERLAY/lib/newer-tools.sh"

OURS=$(cd "$TOP" && find kernel lib -name '*.c' | sort)
SAMPLES=$OVERLAY/check/samples/sparse

need_kernel_build
need sparse
printf 'sparse on Linux %s\n' "$1"
grafted_source "$1"

# What Linux 7.2 and later ask for. Their make goes on without a sparse that is too old.
SPARSE=$(command -v sparse)
[ ! -e "$TREE/scripts/checker-valid.sh" ] || newer_sparse

# Nothing is an external module without CONFIG_MODULES, which the KUnit suites do without. The newest
# kernel has the suites built in, older ones as modules: both must compile.
out=$BUILD/kunit-um-$TAG-modules
[ "$1" = latest ] && tests=y || tests=m
prepare() {
	cd "$TREE"
	./tools/testing/kunit/kunit.py config --build_dir="$out" --kunitconfig=kernel/dma/tests \
		--kconfig_add CONFIG_MODULES=y --kconfig_add "CONFIG_KUNIT_DMA_KUNIT_TEST=$tests" \
		--kconfig_add "CONFIG_DMA_COHERENT_HANDLE_KUNIT_TEST=$tests" \
		--kconfig_add "CONFIG_DMA_KUNIT_TEST=$tests"
	make ARCH=um O="$out" olddefconfig prepare -j"$JOBS"
}

run_make() {
	make -C "$TREE" ARCH=um O="$out" C=2 CHECK="$SPARSE" CF="-include $SAMPLES/planted.h" \
		-k -j"$JOBS" "$@"
}

# Has sparse reported what is planted in each file that make has given to it?
complete() {
	local files reports

	files=$(grep -c '^  CHECK ' "$STEP_LOG" || :)
	reports=$(grep -c 'planted[.]h:.*: dereference of noderef' "$STEP_LOG" || :)
	[ "$reports" = "$files" ] && return
	printf '  FAIL  sparse read %s of %s files\n' "$reports" "$files"
	rc=1
}

rc=0
step "configuring" "sparse-prepare-$TAG" prepare || exit 1

# shellcheck disable=SC2046,SC2086 # a list of objects
step "sparse on our files" "sparse-$TAG" run_make $(printf '%s ' $OURS | sed 's/[.]c /.o /g') ||
	exit 1
for file in $OURS; do
	grep -qE "^  CHECK +.*$file\$" "$STEP_LOG" || {
		printf '  FAIL  sparse was not run on %s\n' "$file"
		rc=1
	}
done
complete
if grep -E '(warning|error):' "$STEP_LOG" | grep -v 'planted[.]h:'; then
	printf '  FAIL  sparse complains\n'
	rc=1
fi

samples=$BUILD/sparse-samples-$TAG
rm -rf "$samples"
cp -r "$SAMPLES" "$samples"
step "sparse on the samples" "sparse-samples-$TAG" run_make M="$samples" W=1 || exit 1
complete
awk -f "$OVERLAY/check/sparse-samples.awk" "$SAMPLES"/{misuse,correct}/*.c "$STEP_LOG" || rc=1
exit $rc
