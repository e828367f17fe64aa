# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# busybox for a guest of another architecture than this machine's, from Debian's package, which apt
# verifies. Nothing is installed. To be sourced after newer-tools.sh.

# Debian's own name for the suite that LATEST_SUITE belongs to; the first that has riscv64.
GUEST_SUITE=${LATEST_SUITE%-backports}

# An apt that takes this for a machine of that architecture.
unpack_busybox() {
	local arch=$1 dest=$2 archive
	local APT=$BUILD/apt-$arch DOWNLOADS=$BUILD/downloads-$arch
	local -a as=(-o "APT::Architecture=$arch" -o "APT::Architectures=$arch")

	mkdir -p "$APT/lists/partial" "$APT/cache/archives/partial"
	archive=$(main_archive) || return
	printf 'deb %s %s main\n' "$archive" "$GUEST_SUITE" > "$APT/sources.list" || return
	apt_get "${as[@]}" update && download_packages "${as[@]}" busybox-static || return
	dpkg-deb --fsys-tarfile "$DOWNLOADS"/busybox-static_*.deb |
		tar -xO --wildcards './*bin/busybox' > "$dest.tmp" || return
	chmod +x "$dest.tmp" && mv "$dest.tmp" "$dest" && rm -rf "$APT" "$DOWNLOADS"
}

# guest_busybox ARCH: sets BUSYBOX to one for what Debian calls ARCH.
guest_busybox() {
	BUSYBOX=$TOOLS/busybox-$1
	[ -e "$BUSYBOX" ] && return

	mkdir -p "$TOOLS"
	step "getting busybox for $1 from Debian $GUEST_SUITE" "busybox-$1" \
		unpack_busybox "$1" "$BUSYBOX" || die "could not get busybox-static for $1"
}
