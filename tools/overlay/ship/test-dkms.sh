#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-dkms.sh [SUITE...]: the package of the module in a clean chroot of each Debian: apt installs
# it, dkms builds it for the kernels whose headers are there, a driver is built against it, QEMU
# runs both on each kernel, and apt takes it out again and leaves nothing.
#
# Chroots are copies of what debootstrap has made once. Whatever is mounted in one is mounted for a
# command only, in a mount namespace of its own: nothing can be left mounted.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"
. "$OVERLAY/lib/newer-tools.sh"

CHROOTS=$BUILD/chroots
DEMO=tools/testing/dma-coherent-handle
NAME=dma-coherent-handle
[ $# -gt 0 ] || set -- bookworm "${LATEST_SUITE%-backports}"

# The kernels of each: the first is there before the package is, the second comes after it. "latest"
# is the newest that the suite's backports have.
kernels_of() {
	case $1 in
	bookworm) echo 6.1 6.12 ;;
	*) echo 6.12 latest ;;
	esac
}

[ "$(id -u)" = 0 ] || die "chroots take root: sudo make check-dkms"
need_kernel_build
need busybox-static cpio debootstrap debian-archive-keyring qemu-system-x86

# --- chroots --------------------------------------------------------------------------------------

suite_archives() {
	local archive security part

	archive=$(main_archive) && archive=${archive##* } || return
	for part in '' -updates -backports; do
		printf 'deb %s %s%s main\n' "$archive" "$distro" "$part"
	done
	security=$(write_sources_list | sed -n 's/^deb .* \([^ ]*\) [a-z]*-security main$/\1/p' | head -n 1)
	[ -z "$security" ] || printf 'deb %s %s-security main\n' "$security" "$distro"
}

make_base() {
	local archives

	archives=$(suite_archives) || return
	rm -rf "$base" "$base.tmp"
	mkdir -p "$CHROOTS"
	# What debootstrap mounts goes with it.
	unshare --mount debootstrap --variant=minbase --include=ca-certificates \
		--keyring=/usr/share/keyrings/debian-archive-keyring.gpg "$distro" "$base.tmp" \
		"$(awk 'NR == 1 { print $2 }' <<< "$archives")" || return
	mv "$base.tmp" "$base"
}

# apt's settings are the system's: there may be a proxy. There is no /dev/pts.
copy_base() {
	rm -rf "$root"
	cp -a --reflink=auto "$base" "$root" || return
	cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
	suite_archives > "$root/etc/apt/sources.list" || return
	{
		apt-config dump | grep '^Acquire::'
		echo 'Dpkg::Use-Pty "0";'
	} > "$root/etc/apt/apt.conf.d/90test"
}

in_chroot() {
	unshare --mount sh -c 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' "$root" \
		env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/srv LC_ALL=C TERM=dumb \
		DEBIAN_FRONTEND=noninteractive "$@"
}

chroot_install() {
	in_chroot apt-get -y --no-install-recommends install "$@"
}

# One from backports may want more from there.
install_kernel() {
	chroot_install "linux-image-$1" "linux-headers-$1" ||
		chroot_install -t "$distro-backports" "linux-image-$1" "linux-headers-$1"
}

# An archive that the mirror doesn't have, as of backports of old, must not spoil it.
find_kernels() {
	local series pattern found

	in_chroot apt-get update || :
	for series in $(kernels_of "$distro"); do
		case $series in
		latest) pattern='[0-9]+[.][0-9]+' ;;
		*) pattern=${series//./[.]} ;;
		esac
		found=$(in_chroot apt-cache search --names-only \
			"^linux-headers-${pattern}[.].*-cloud-amd64\$" |
			cut -d' ' -f1 | sort -V | tail -n 1)
		[ -n "$found" ] || { echo "no linux-headers of $series"; return 1; }
		echo "$found"
	done
}

# Kernels that must be refused: the last before the range, the first after it, and one within that
# has the API built in. They pass for kernels since they have headers.
fake_kernels() {
	local fake headers config

	headers=$root$(in_chroot readlink -f "/lib/modules/$1/build") || return
	for fake in $too_old $too_new $built_in; do
		mkdir -p "$root/lib/modules/$fake"
		ln -s "/usr/src/headers-$fake" "$root/lib/modules/$fake/build"
		# The files are hard links: replace, never change them.
		cp -al "$headers" "$root/usr/src/headers-$fake" || return
	done
	for config in .config include/config/auto.conf; do
		config=$root/usr/src/headers-$built_in/$config
		{ cat "$config" && echo CONFIG_DMA_COHERENT_HANDLE=y; } > "$config.new" || return
		mv "$config.new" "$config"
	done
}

# --- checks ---------------------------------------------------------------------------------------

install_package() {
	cp "$BUILD/dkms/$NAME-dkms_"*_all.deb "$root/srv/$NAME-dkms.deb" &&
		chroot_install "/srv/$NAME-dkms.deb"
}

module_of() {
	find "$root/lib/modules/$1/updates/dkms" -name 'coherent_handle.ko*'
}

# is_for RELEASE MODULE
is_for() {
	local path=${2#"$root"}

	[ -n "$path" ] || { echo "no module for $1"; return 1; }
	in_chroot modinfo "$path" || return
	[ "$(in_chroot modinfo -F vermagic "$path" | cut -d' ' -f1)" = "$1" ]
}

# built_for RELEASE LOG: installed, with all that a driver takes, and nothing to complain of.
built_for() {
	local api=/var/lib/dkms/$NAME/kernel-$1-x86_64

	in_chroot dkms status
	is_for "$1" "$(module_of "$1")" || return
	in_chroot modprobe -n -v -S "$1" coherent_handle || return
	in_chroot grep -w dma_coherent_handle_alloc_attrs "$api/module/Module.symvers" || return
	in_chroot ls -l "$api/../../source/include/linux/dma-coherent-handle.h" || return
	! grep -iE 'bad (exit|return) status|not executable' "$2"
}

# refused RELEASE LOG [SENTENCE]
refused() {
	grep -F "/$1/x86_64/dkms.conf" "$2" || return
	[ -z "${3:-}" ] || grep -F "$NAME: Linux $1 is not supported; $3" "$2" || return
	[ ! -e "$root/lib/modules/$1/updates" ] &&
		[ ! -e "$root/var/lib/dkms/$NAME/kernel-$1-x86_64" ]
}

build_sample() {
	in_chroot sh -c "rm -rf /srv/sample && cp -r /usr/share/doc/$NAME-dkms/examples /srv/sample &&
		make -C /srv/sample KDIR=/lib/modules/$1/build" || return
	is_for "$1" "$root/srv/sample/dma_coherent_handle_sample.ko" &&
		in_chroot modinfo -F depends /srv/sample/dma_coherent_handle_sample.ko |
			grep -wx coherent_handle
}

# The demo's driver wants a function of Linux 6.12.
build_demo() {
	local api=/var/lib/dkms/$NAME/kernel-$1-x86_64

	rm -rf "$root/srv/demo"
	mkdir -p "$root/srv/demo"
	cp "$TOP/$DEMO"/{Kbuild,*.c} "$root/srv/demo/"
	cat > "$root/srv/demo/older.h" <<-'END'
		#include <linux/version.h>
		#include <linux/pci.h>
		#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
		static inline void __iomem *pcim_iomap_region(struct pci_dev *pdev, int bar, const char *name)
		{
			int ret = pcim_iomap_regions(pdev, 1 << bar, name);

			return ret ? IOMEM_ERR_PTR(ret) : pcim_iomap_table(pdev)[bar];
		}
		#endif
	END
	in_chroot make -C "/lib/modules/$1/build" M=/srv/demo modules \
		KBUILD_EXTRA_SYMBOLS="$api/module/Module.symvers" \
		KCFLAGS="-I$api/../../source/include -include /srv/demo/older.h"
}

# What dkms has built, the sample and the demo on their kernel.
run_kernel() {
	local release=$1 work=$root/srv/run-$1 module log

	rm -rf "$work"
	mkdir -p "$work"
	build_demo "$release" || return
	module=$(module_of "$release")
	cp "$module" "$root/srv/sample/dma_coherent_handle_sample.ko" \
		"$root/srv/demo/dma_coherent_handle_edu.ko" "$work/" || return
	[ "${module##*.}" = ko ] || xz -d "$work/${module##*/}" || return
	"$TOP/$DEMO/run.sh" -w "$work/demo" "$root/boot/vmlinuz-$release" \
		"$work"/{coherent_handle,dma_coherent_handle_sample,dma_coherent_handle_edu}.ko ||
		return
	for log in "$work"/demo/{direct,iommu}.log; do
		grep 'dma_coherent_handle_sample: 65536 bytes at DMA address' "$log" || return
	done
}

# The word is in no name but ours. What apt and dkms have logged stays, and what we brought.
nothing_left() {
	in_chroot dkms status || return
	find "$root" -path "$root/srv" -prune -o -path "$root/proc" -prune -o \
		\( -name '*coherent[_-]handle*' -o -path '*/lib/modules/*/updates' \) -print \
		> "$root/srv/left"
	cat "$root/srv/left"
	[ ! -s "$root/srv/left" ] &&
		! grep coherent_handle "$root"/lib/modules/*/modules.{dep,symbols}
}

purge_package() {
	in_chroot apt-get -y purge "$NAME-dkms"
}

# In one sentence. The sample is still there, where we built it.
no_api() {
	local said=$root/srv/no-api

	! in_chroot make -C /srv/sample KDIR="/lib/modules/$1/build" > "$said" 2>&1 || return
	cat "$said"
	grep 'dma-coherent-handle is not built for Linux' "$said"
}

# A check that can't fail proves nothing.
fails() {
	! "$@"
}

# Kernels that there are not.
too_old=${KERNEL_MIN_MODULE%.*}.$((${KERNEL_MIN_MODULE#*.} - 1)).999-fake
too_new=${KERNEL_MAX_TESTED%.*}.$((${KERNEL_MAX_TESTED#*.} + 1)).0-rc1-fake
built_in=$KERNEL_MAX_TESTED.0-fake
passed=0 failed=0
check() {
	local title=$1 log=$2
	shift 2

	if step "$title" "dkms-$distro-$log" "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		return 1
	fi
}

test_suite() {
	local distro=$1
	local base=$CHROOTS/$distro root=$CHROOTS/$distro-test \
		log=$BUILD/logs/dkms-$distro-install.log
	local range="expected $KERNEL_MIN_MODULE to $KERNEL_MAX_TESTED" release releases

	printf '%s:\n' "$distro"
	[ -e "$base" ] || check "debootstrap" debootstrap make_base || return
	check "a clean chroot" copy copy_base || return
	check "which kernels there are" kernels find_kernels || return
	mapfile -t releases < <(sed -n 's/^linux-headers-//p' "$STEP_LOG")
	check "installing Linux ${releases[0]}" kernel-1 install_kernel "${releases[0]}" || return
	check "pretending that there are others" fake fake_kernels "${releases[0]}" || return
	check "installing the package" install install_package || return
	check "built for ${releases[0]}" built-1 built_for "${releases[0]}" "$log" || :
	check "$too_old is refused" refused-old refused "$too_old" "$log" "$range" || :
	check "$too_new is refused" refused-new refused "$too_new" "$log" "$range" || :
	check "a kernel that has it built in is refused" refused-built-in refused "$built_in" \
		"$log" || :
	check "installing Linux ${releases[1]}" kernel-2 install_kernel "${releases[1]}" || return
	check "built for ${releases[1]}" built-2 built_for "${releases[1]}" "$STEP_LOG" || :
	for release in "${releases[@]}"; do
		check "a driver of its own, for $release" "sample-$release" build_sample \
			"$release" || continue
		check "both run on $release" "run-$release" run_kernel "$release" || :
	done

	check "such a check fails for a kernel that was refused" red-built fails built_for \
		"$too_new" "$log" || :
	check "it fails for another kernel's module" red-vermagic \
		fails is_for "${releases[0]}" "$(module_of "${releases[1]}")" || :
	check "it fails for a kernel that was not refused" red-refused \
		fails refused "${releases[0]}" "$log" || :
	check "the search finds what is installed" red-left fails nothing_left || :

	check "removing the package" purge purge_package || return
	check "nothing is left" left nothing_left || :
	check "a driver is told that there is no API" no-api no_api "${releases[0]}" || :
}

for distro; do
	[ -e "/usr/share/debootstrap/scripts/$distro" ] ||
		die "DEBIAN=$distro: expected the name of a Debian, such as trixie"
done
"$OVERLAY/ship/dkms.sh"
for distro; do
	test_suite "$distro" || :
done
printf '%d passed, %d failed\n' $passed $failed
[ $failed = 0 ]
