#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# demo.sh debian|6.12|latest|PATH: a PCI driver's probe allocates handles, and a real (emulated) PCI
# device does DMA through them. On Debian's own kernel the API is a module; from a kernel's sources,
# with the overlay in them, it is built in.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$OVERLAY/sources.sh"
. "$OVERLAY/qemu-kernel.sh"

KERNEL=${1:?usage: demo.sh debian|6.12|latest|PATH}

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
	qemu_kernel x86_64 '' bzImage modules || exit 1
	mkdir -p "$out/demo"
	cp "$TOP/$DEMO/Kbuild" "$TOP/$DEMO"/*.c "$out/demo/"
	step "building the driver" "build-driver-$TAG" make_kernel M="$out/demo" modules || exit 1
	IMAGE=$out/arch/x86/boot/bzImage
	modules=("$out/demo/dma_coherent_handle_edu.ko")
	;;
esac

"$TOP/$DEMO/run.sh" -w "$BUILD/demo/$KERNEL" "$IMAGE" "${modules[@]}"
