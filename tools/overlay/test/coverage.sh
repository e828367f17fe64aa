#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# coverage.sh KERNEL: which lines and branches of our code the KUnit suites reach, by the kernel's
# own coverage configuration for UML, and gcovr. What they don't reach must have a reason in the
# file coverage-reasons.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"

KERNEL=${1:?usage: coverage.sh KERNEL}

need_kernel_build
need gcovr
printf 'Coverage on Linux %s\n' "$KERNEL"
grafted_source "$KERNEL"

out=$BUILD/coverage-$TAG
kunit=(./tools/testing/kunit/kunit.py)

# A branch of an inline function is counted at the line that calls it, and once for each that does.
# Not so without inlining. The files are hard links, which sed -i replaces. kunit.py builds the tree
# that it is in.
scratch_source include kernel lib tools
TREE=$SCRATCH
flags=()
cd "$TREE" || exit 1
for object in kernel/dma/coherent_handle*.c kernel/dma/tests/*.c lib/kunit/dma*.c; do
	flags+=(--make_options "CFLAGS_$(basename "$object" .c).o=-fno-inline")
done

# The boots add up. env, since no variable of bash has such a name: it is for the linking alone.
# Older kernels have a mangle_path(), and so has gcov's library, which doesn't call it here.
run_kunit() {
	find "$out" -name '*.gcda' -delete 2>/dev/null || :
	env "LINK-y=-Wl,-T,$OVERLAY/test/coverage.lds -Wl,--allow-multiple-definition" \
		"${kunit[@]}" run --kunitconfig=kernel/dma/tests \
		--kunitconfig=tools/testing/kunit/configs/coverage_uml.config \
		--kunitconfig="$OVERLAY/boot/configs/um.config" \
		--kconfig_add CONFIG_FRAME_POINTER=y "${flags[@]}" \
		--arch=um --build_dir="$out" --jobs="$JOBS"
}

run_again() {
	"${kunit[@]}" exec --arch=um --build_dir="$out" --kernel_args "$1"
}

count() {
	rm -rf "$out/report"
	mkdir -p "$out/report"
	gcovr --root "$TREE" --filter "$TREE/kernel/dma/coherent_handle" \
		--filter "$TREE/lib/kunit/dma[.]c" \
		--filter "$TREE/include/linux/dma-coherent-handle" \
		--json "$out/report/coverage.json" --html-details "$out/report/index.html" \
		"$out/kernel/dma" "$out/lib/kunit"
}

step "building and running the suites" "coverage-$TAG" run_kunit || exit 1
for argument in init_on_alloc=1 init_on_free=1; do
	step "running them with $argument" "coverage-$TAG-$argument" run_again $argument || exit 1
done
step "counting" "coverage-$TAG-count" count || exit 1
printf '  see   %s\n' "$(short "$out/report/index.html")"
exec "$OVERLAY/test/coverage.py" "$OVERLAY/test/coverage-reasons" "$TREE" "$VERSION" \
	"$out/report/coverage.json"
