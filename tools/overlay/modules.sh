#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# modules.sh KDIR [OUT]: the API and the demo's driver as external modules, against the headers
# of a kernel that is configured and built. Built in a copy, OUT: the checkout stays clean, and
# several kernels do not get in each other's way.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$OVERLAY/module-source.sh"

given=${1:-}
[ -n "$given" ] ||
	die "no kernel headers given; expected KDIR=/lib/modules/\$(uname -r)/build, or the like"
[ -d "$given" ] || die "KDIR=$given: no such folder"
kdir=$(cd "$given" && pwd)
# Not include/config/kernel.release, which in Debian's 6.1 is another version.
utsrelease=include/generated/utsrelease.h
[ -e "$kdir/$utsrelease" ] ||
	die "KDIR=$given: not the headers of a kernel that is configured: no $utsrelease"
release=$(sed -n 's/^#define UTS_RELEASE "\(.*\)"$/\1/p' "$kdir/$utsrelease")
out=${2:-$BUILD/modules/$release}

check_supported "${release%%-*}" "KDIR=$given" "$KERNEL_MIN_MODULE"
case " ${GRAFT_FLAGS:-} " in
*" --allow-newer "*) ;;
*)
	printf '%s\n' "${release%%-*}" "$KERNEL_MAX_TESTED.999" | sort -VC ||
		die "KDIR=$given: Linux $release is newer than $KERNEL_MAX_TESTED, the newest tested;" \
		    "to go on all the same, use GRAFT_FLAGS=--allow-newer"
	;;
esac
! grep -sq '^CONFIG_DMA_COHERENT_HANDLE=y' "$kdir/include/config/auto.conf" ||
	die "KDIR=$given: Linux $release has the API built in"

build_modules() {
	copy_module_source "$out" || return
	# The demo's driver uses what older kernels don't have.
	if printf '%s\n' "$KERNEL_MIN" "$release" | sort -VC; then
		(cd "$TOP" && cp -r --parents -t "$out" tools/testing/dma-coherent-handle) || return
	fi
	make -C "$kdir" M="$out" -j"$JOBS" modules
}

need_kernel_build
step "building modules for Linux $release" "modules-$release" build_modules || exit 1
find "$out" -name '*.ko' | sed "s|^$TOP/|  |"
