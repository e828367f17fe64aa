#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# sparse.sh KERNEL: sparse on our files, as "make C=2" runs it in a kernel that is configured for the
# KUnit suites, and on small drivers that use the API wrongly or rightly, as their authors would
# run it: all of the former must be reported, none of the latter. Every file includes something to be
# reported besides, so that none passes that sparse has not read.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"
. "$OVERLAY/lib/newer-tools.sh"

OURS=$(cd "$TOP" && find kernel lib -name '*.c' | sort)
CORPUS=tools/testing/dma-coherent-handle/checks/sparse

need_kernel_build
need sparse
printf 'sparse on Linux %s\n' "$1"
grafted_source "$1"

# What Linux 7.2 and later ask for. Their make goes on without a sparse that is too old.
SPARSE=$(command -v sparse)
[ ! -e "$TREE/scripts/checker-valid.sh" ] || newer_sparse

# Nothing is an external module without CONFIG_MODULES, which the KUnit suites do without.
out=$BUILD/kunit-um-$TAG-modules
prepare() {
	cd "$TREE"
	[ -e "$out/.config" ] || ./tools/testing/kunit/kunit.py config --build_dir="$out" \
		--kunitconfig=kernel/dma/tests --kconfig_add CONFIG_MODULES=y
	make ARCH=um O="$out" olddefconfig prepare -j"$JOBS"
}

run_make() {
	make -C "$TREE" ARCH=um O="$out" C=2 CHECK="$SPARSE" CF="-include $OVERLAY/check/sparse-planted.h" \
		-k -j"$JOBS" "$@"
}

# Has sparse reported what is planted in each file that make has given to it?
complete() {
	local files reports

	files=$(grep -c '^  CHECK ' "$STEP_LOG" || :)
	reports=$(grep -c 'sparse-planted[.]h:.*: dereference of noderef' "$STEP_LOG" || :)
	[ "$reports" = "$files" ] && return
	printf '  FAIL  sparse has read %s of %s files\n' "$reports" "$files"
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
if grep -E '(warning|error):' "$STEP_LOG" | grep -v 'sparse-planted[.]h:'; then
	printf '  FAIL  sparse complains\n'
	rc=1
fi

step "sparse on drivers, wrong and right" "sparse-corpus-$TAG" run_make M="$TREE/$CORPUS" W=1 ||
	exit 1
complete
awk -f "$OVERLAY/check/sparse-corpus.awk" "$TREE/$CORPUS"/{misuse,correct}/*.c "$STEP_LOG" || rc=1
exit $rc
