#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# modules.sh build KDIR [OUT]: the API and the demo's driver as external modules, against the
# headers of a kernel that is configured and built. Built in a copy, OUT: the checkout stays clean,
# and several kernels do not get in each other's way.
#
# modules.sh install KDIR: the API alone, installed by the kernel's own means. INSTALL_MOD_PATH in
# the environment is as for the kernel's own make.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/ship/module-source.sh"

what=$1 given=${2:-}
[ -n "$given" ] ||
	die "no kernel headers given; expected KDIR=/lib/modules/\$(uname -r)/build, or the like"
[ -d "$given" ] || die "KDIR=$given: no such folder;" \
			"Debian has a kernel's headers in linux-headers-\$(uname -r)"
kdir=$(cd "$given" && pwd)
# Not include/config/kernel.release, which in Debian's 6.1 is another version.
utsrelease=include/generated/utsrelease.h
[ -e "$kdir/$utsrelease" ] ||
	die "KDIR=$given: not the headers of a kernel that is configured: no $utsrelease"
release=$(sed -n 's/^#define UTS_RELEASE "\(.*\)"$/\1/p' "$kdir/$utsrelease")
out=${3:-$BUILD/modules/$release}

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
	if [ "$what" = build ] && printf '%s\n' "$KERNEL_MIN" "$release" | sort -VC; then
		(cd "$TOP" && cp -r --parents -t "$out" tools/testing/dma-coherent-handle) || return
	fi
	make -C "$kdir" M="$out" -j"$JOBS" modules
}

# Debian's headers have no System.map, without which the kernel's make leaves depmod out.
install_modules() {
	make -C "$kdir" M="$out" INSTALL_MOD_PATH="$dest" modules_install &&
		PATH=$PATH:/usr/sbin:/sbin depmod -b "$dest/" "$release"
}

need_kernel_build
case $what in
build)
	step "building modules for Linux $release" "modules-$release" build_modules || exit 1
	find "$out" -name '*.ko' | sed "s|^$TOP/|  |"
	;;
install)
	need kmod
	out=$BUILD/modules-install/$release
	mkdir -p "${INSTALL_MOD_PATH:=/}/lib/modules/$release" 2> /dev/null || :
	[ -w "$INSTALL_MOD_PATH/lib/modules/$release" ] ||
		die "can't write to ${INSTALL_MOD_PATH%/}/lib/modules/$release: be root, or give" \
		    "INSTALL_MOD_PATH=/some/folder"
	dest=$(cd "$INSTALL_MOD_PATH" && pwd)
	dest=${dest%/}
	step "building the module for Linux $release" "modules-$release" build_modules || exit 1
	step "installing it" "modules-install-$release" install_modules || exit 1
	find "$dest/lib/modules/$release/" -name 'coherent_handle.ko*' | sed 's/^/  /'
	;;
esac
