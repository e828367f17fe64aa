# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builds the smallest kernel that QEMU can run our tests on. What several scripts want of one
# architecture is one build. To be sourced, after sources.sh.

DEMO=tools/testing/dma-coherent-handle

make_kernel() {
	make -C "$TREE" O="$out" ARCH="$arch" CROSS_COMPILE="$cross" "$@"
}

configure_kernel() {
	local config=$TOP/$DEMO/qemu-$arch.config

	mkdir -p "$out"
	make_kernel KCONFIG_ALLCONFIG="$config" allnoconfig || return
	# An option whose dependencies aren't met is dropped without a word.
	sed 's/#.*//' "$config" | grep '=[^n]' | sort > "$out/asked"
	sort "$out/.config" | comm -23 "$out/asked" - > "$out/dropped"
	sed 's/$/: asked for, but not in the configuration/' "$out/dropped"
	[ ! -s "$out/dropped" ]
}

# qemu_kernel ARCH CROSS_COMPILE TARGET...: from what grafted_source() has set. Sets $arch, $cross,
# for make_kernel(), and $out, where the kernel is.
qemu_kernel() {
	arch=$1 cross=$2 out=$BUILD/$1-$TAG
	shift 2
	step "configuring Linux $VERSION for $arch" "configure-$arch-$TAG" configure_kernel &&
		step "building Linux $VERSION for $arch" "build-$arch-$TAG" \
			make_kernel -j"$JOBS" "$@"
}
