#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# modules.sh KDIR [OUT]: the API and the demo's driver as external modules, against the headers of a
# kernel that is configured and built. Built in a copy, OUT: the checkout stays clean, and several
# kernels do not get in each other's way.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

[ -n "${1:-}" ] || die "no kernel headers given; expected KDIR=/lib/modules/\$(uname -r)/build, or the like"
[ -d "$1" ] || die "KDIR=$1: no such folder"
kdir=$(cd "$1" && pwd)
[ -e "$kdir/include/config/kernel.release" ] ||
	die "KDIR=$1: not the headers of a kernel that is configured: no include/config/kernel.release"
release=$(cat "$kdir/include/config/kernel.release")
out=${2:-$BUILD/modules/$release}

check_supported "${release%%-*}" "KDIR=$1"

build_modules() {
	mkdir -p "$out"
	(cd "$TOP" && tar -cf - Kbuild include/linux/dma-coherent-handle.h kernel/dma/Makefile \
		kernel/dma/coherent_handle.[ch] tools/testing/dma-coherent-handle) |
		tar -C "$out" -xf -
	make -C "$kdir" M="$out" CONFIG_DMA_COHERENT_HANDLE=m -j"$JOBS" modules
}

need_kernel_build
step "building modules for Linux $release" "modules-$release" build_modules || exit 1
find "$out" -name '*.ko' | sed "s|^$TOP/|  |"
