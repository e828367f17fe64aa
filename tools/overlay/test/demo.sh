#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# demo.sh [debian|6.12|latest|PATH]: a PCI driver's probe allocates handles, and a real (emulated)
# PCI device does DMA through them. On Debian's own kernel, which is for x86_64 only, the API is a
# module; from a kernel's sources, with the overlay in them, it is built in.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"
. "$OVERLAY/lib/newer-tools.sh"
. "$OVERLAY/boot/qemu-kernel.sh"
. "$OVERLAY/boot/guest-busybox.sh"
. "$OVERLAY/boot/prove.sh"

# The front door's default is UML, which has no PCI devices to show.
case ${ARCH:-um} in
um | x86_64)
	arch=x86_64 cross='' foreign='' image=arch/x86/boot/bzImage default=debian
	packages=(busybox-static qemu-system-x86)
	;;
arm64)
	arch=arm64 cross=aarch64-linux-gnu- foreign=arm64 image=arch/arm64/boot/Image default=6.12
	packages=(gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-system-arm)
	;;
riscv | riscv64)
	arch=riscv cross=riscv64-linux-gnu- foreign=riscv64 image=arch/riscv/boot/Image default=6.12
	packages=(gcc-riscv64-linux-gnu libc6-dev-riscv64-cross opensbi qemu-system-misc)
	;;
*)
	die "ARCH=$ARCH: expected x86_64, arm64 or riscv"
	;;
esac
KERNEL=${1:-$default}
[ "$KERNEL" != debian ] || [ "$arch" = x86_64 ] ||
	die "KERNEL=debian is for x86_64 only; expected 6.12, latest, or the path of a kernel tree"

printf 'demo on %s, %s\n' "$([ "$KERNEL" = debian ] && echo "Debian's 6.12 kernel" || echo "Linux $KERNEL")" "$arch"
need_kernel_build
need cpio "${packages[@]}"
guest=()
if [ -n "$foreign" ]; then
	guest_busybox "$foreign"
	guest=(-b "$BUSYBOX")
fi

case $KERNEL in
debian)
	debian_kernel 6.12
	TAG=debian
	out=$BUILD/modules/$VERSION
	"$OVERLAY/ship/modules.sh" build "$HEADERS" "$out"
	modules=("$out/kernel/dma/coherent_handle.ko"
		 "$out/$DEMO/dma_coherent_handle_edu.ko")
	;;
*)
	grafted_source "$KERNEL"
	qemu_kernel "$arch" "$cross" "${image##*/}" modules || exit 1
	mkdir -p "$out/demo"
	cp "$TOP/$DEMO/Kbuild" "$TOP/$DEMO"/*.c "$out/demo/"
	step "building the driver" "build-driver-$arch-$TAG" make_kernel M="$out/demo" modules ||
		exit 1
	IMAGE=$out/$image
	modules=("$out/demo/dma_coherent_handle_edu.ko")
	;;
esac

work=$BUILD/demo/$arch-$TAG
"$TOP/$DEMO/run.sh" -w "$work" "${guest[@]}" "$IMAGE" "${modules[@]}" || exit
[ "$KERNEL" != debian ] || exit 0
for log in "$work"/*.log; do
	# It is empty where there is no IOMMU.
	[ ! -s "$log" ] || prove_built "$log" "$out/vmlinux"
done
exit $bad
