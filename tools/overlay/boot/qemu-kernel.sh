# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builds the smallest kernel that QEMU can run our tests on. What several scripts want of one
# architecture is one build. To be sourced, after sources.sh.

DEMO=tools/testing/dma-coherent-handle
CONFIGS=$OVERLAY/boot/configs

make_kernel() {
	make -C "$TREE" O="$out" ARCH="$arch" CROSS_COMPILE="$cross" "$@"
}

configure_kernel() {
	local config=$out/asked.config option file files=("$CONFIGS/qemu-$arch.config")

	mkdir -p "$out"
	# Of a variant, what all architectures have, and what this one has.
	for file in "$CONFIGS"/qemu{,-"$arch"}-"$variant".config; do
		[ ! -e "$file" ] || files+=("$file")
	done
	[ -z "$variant" ] || [ ${#files[@]} -gt 1 ] || { echo "there is no $file"; return 1; }
	cat "${files[@]}" > "$config" || return
	# An optional option is asked for if this kernel has it.
	for option in $(sed -nE 's/^CONFIG_(\w+)=.*\t# optional$/\1/p' "$config"); do
		grep -rqE --include='Kconfig*' "^config $option$" "$TREE" || sed -i "/^CONFIG_$option=/d" "$config"
	done
	sed -i 's/\t# optional$//' "$config"
	make_kernel KCONFIG_ALLCONFIG="$config" allnoconfig || return
	# An option whose dependencies aren't met is dropped without a word. The last word on one
	# counts.
	awk -F '[ =]' '/^CONFIG_/ { asked[$1] = $0 } /^# CONFIG_.* is not set/ { delete asked[$2] }
		END { for (option in asked) print asked[option] }' "$config" | sort > "$out/asked"
	sort "$out/.config" | comm -23 "$out/asked" - > "$out/dropped"
	sed 's/$/: asked for, but not in the configuration/' "$out/dropped"
	[ ! -s "$out/dropped" ]
}

# qemu_kernel ARCH[-VARIANT] CROSS_COMPILE TARGET...: from what grafted_source() has set. Sets
# $arch, $cross, for make_kernel(), and $out, where the kernel is. A variant is a configuration
# added.
qemu_kernel() {
	local variant=${1#*-}

	arch=${1%%-*} cross=$2 out=$BUILD/$1-$TAG
	[ "$variant" != "$arch" ] || variant=
	shift 2
	step "configuring Linux $VERSION for $arch${variant:+, $variant}" \
		"configure-${out##*/}" configure_kernel &&
		step "building Linux $VERSION for $arch${variant:+, $variant}" \
			"build-${out##*/}" make_kernel -j"$JOBS" "$@"
}
