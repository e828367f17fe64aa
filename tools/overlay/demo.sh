#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# demo.sh debian|6.12|latest|PATH: a PCI driver's probe allocates handles, and a real (emulated) PCI
# device does DMA through them. On Debian's own kernel the API is a module; from a kernel's sources,
# with the overlay in them, it is built in.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$OVERLAY/sources.sh"

KERNEL=${1:?usage: demo.sh debian|6.12|latest|PATH}
DEMO=tools/testing/dma-coherent-handle

configure_kernel() {
	mkdir -p "$out"
	make -C "$TREE" O="$out" ARCH=x86_64 KCONFIG_ALLCONFIG="$TOP/$DEMO/qemu-x86_64.config" \
		allnoconfig || return
	# An option whose dependencies aren't met is dropped without a word.
	sed 's/#.*//' "$TOP/$DEMO/qemu-x86_64.config" | grep '=[^n]' | sort > "$out/asked"
	sort "$out/.config" | comm -23 "$out/asked" - > "$out/dropped"
	sed 's/$/: asked for, but not in the configuration/' "$out/dropped"
	[ ! -s "$out/dropped" ]
}

build_kernel() {
	make -C "$TREE" O="$out" ARCH=x86_64 -j"$JOBS" bzImage modules || return
	make -C "$TREE" O="$out" ARCH=x86_64 -j"$JOBS" M="$out/demo" modules
}

need_kernel_build
need busybox-static cpio qemu-system-x86

case $KERNEL in
debian)
	debian_kernel 6.12
	out=$BUILD/modules/$VERSION
	"$OVERLAY/modules.sh" "$HEADERS" "$out"
	modules=("$out/kernel/dma/coherent_handle.ko"
		 "$out/$DEMO/dma_coherent_handle_edu.ko")
	;;
*)
	grafted_source "$KERNEL"
	out=$BUILD/x86_64-$TAG
	step "configuring Linux $VERSION" "configure-x86_64-$TAG" configure_kernel || exit 1
	mkdir -p "$out/demo"
	cp "$TOP/$DEMO/Kbuild" "$TOP/$DEMO"/*.c "$out/demo/"
	step "building Linux $VERSION" "build-x86_64-$TAG" build_kernel || exit 1
	IMAGE=$out/arch/x86/boot/bzImage
	modules=("$out/demo/dma_coherent_handle_edu.ko")
	;;
esac

"$TOP/$DEMO/run.sh" -w "$BUILD/demo/$KERNEL" "$IMAGE" "${modules[@]}"
