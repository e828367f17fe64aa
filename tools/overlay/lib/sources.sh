# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Where kernels come from: Debian's linux-source and linux-image packages, by apt, which verifies
# what it downloads against the archive's signature. To be sourced after lib.sh.
#
# apt runs with lists and sources of its own under build/apt: that needs no root, leaves the system
# as it is, and can name a suite that the system doesn't. The mirror is the system's own.

# Where Debian puts its newest kernels that a stable system can use. Any later suite would do.
LATEST_SUITE=trixie-backports

APT=$BUILD/apt
DOWNLOADS=$BUILD/downloads

# A mirror that lags behind will do: its signature is checked, not its age.
apt_get() {
	apt-get -q -o Dir::Etc::sourcelist="$APT/sources.list" -o Dir::Etc::sourceparts=- \
		-o Dir::State::lists="$APT/lists" -o Dir::Cache="$APT/cache" \
		-o APT::Sandbox::User="$(id -un)" -o Acquire::Retries=3 \
		-o Acquire::http::Timeout=60 -o Acquire::Check-Valid-Until=false "$@"
}

apt_search() {
	apt-cache -o Dir::Etc::sourcelist="$APT/sources.list" -o Dir::Etc::sourceparts=- \
		-o Dir::State::lists="$APT/lists" -o Dir::Cache="$APT/cache" \
		search --names-only "$1" | cut -d' ' -f1 | sort -V
}

# The system's Debian archives, and from the same mirror the suites that a stable system need not
# have: its backports, where a system without security updates finds Linux 6.12, and the newest
# kernel's.
write_sources_list() {
	local codename uri release component suite
	local keyring=/usr/share/keyrings/debian-archive-keyring.gpg

	codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
	[ -n "$codename" ] || { echo "no VERSION_CODENAME in /etc/os-release"; return 1; }

	# shellcheck disable=SC2016 # apt expands these
	apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
	while read -r uri release component; do
		case "$release $component" in
		"$codename main") set -- "$release" "$codename-backports" "$LATEST_SUITE" ;;
		"$codename-updates main" | "$codename-security main") set -- "$release" ;;
		*) continue ;;
		esac
		for suite; do
			printf 'deb [signed-by=%s] %s %s main\n' "$keyring" "$uri" "$suite"
		done
	done | sort -u
}

apt_update() {
	mkdir -p "$APT/lists/partial" "$APT/cache/archives/partial"
	write_sources_list > "$APT/sources.list" || return
	[ -s "$APT/sources.list" ] || { echo "apt knows no Debian mirror"; return 1; }
	# A third-party archive with Debian's suite names must not spoil it: what matters is
	# whether the packages are found.
	apt_get update || :
	[ -n "$(apt_search '^linux-source-[0-9.]+$')" ]
}

# Once a run is enough.
APT_UPDATED=
apt_ready() {
	[ -n "$APT_UPDATED" ] && return
	step "reading the list of Debian's packages" apt-update apt_update ||
		die "the list of Debian's packages could not be read"
	APT_UPDATED=1
}

# apt verifies what it downloads. What an interrupted run has left is not used, but done again.
download_packages() {
	rm -rf "$DOWNLOADS"
	mkdir -p "$DOWNLOADS"
	(cd "$DOWNLOADS" && apt_get download "$@")
}

unpack_source() {
	local dest=$1 pkg=$2 tmp=$1.tmp

	rm -rf "$tmp"
	mkdir -p "$tmp"
	dpkg-deb -x "$DOWNLOADS/$pkg"_*.deb "$DOWNLOADS" &&
		tar -C "$tmp" --strip-components=1 -xJf "$DOWNLOADS/usr/src/$pkg.tar.xz" &&
		mv "$tmp" "$dest" && rm -rf "$DOWNLOADS"
}

kernel_version() {
	sed -n 's/^\(VERSION\|PATCHLEVEL\|SUBLEVEL\) *= *//p' "$1/Makefile" | paste -sd.
}

# pristine_source 6.12|latest: sets PRISTINE to an unpacked source that nobody changes.
pristine_source() {
	local series=$1 pkg found

	# What is there is used: no network then.
	case $series in
	latest) found=$(cat "$BUILD/src/latest" 2>/dev/null || :) ;;
	*)
		check_supported "$series" "KERNEL=$series"
		found=linux-$series
		;;
	esac
	PRISTINE=$BUILD/src/$found
	[ -n "$found" ] && [ -e "$PRISTINE/Makefile" ] && return

	need xz-utils
	apt_ready
	case $series in
	latest) pkg=$(apt_search '^linux-source-[0-9]+[.][0-9]+$' | tail -n 1) ;;
	*) pkg=$(apt_search "^linux-source-$series\$") ;;
	esac
	[ -n "$pkg" ] || die "Debian has no linux-source for '$series'; expected 6.12, latest, or the path" \
				"of a kernel tree"

	found=linux-${pkg#linux-source-}
	PRISTINE=$BUILD/src/$found
	mkdir -p "$BUILD/src"
	if [ ! -e "$PRISTINE/Makefile" ]; then
		step "downloading $pkg (about 160 MB)" download-$pkg download_packages "$pkg" ||
			die "could not download $pkg"
		step "unpacking $pkg" unpack-$pkg unpack_source "$PRISTINE" "$pkg" ||
			die "could not unpack $pkg"
	fi
	[ "$series" != latest ] || printf '%s\n' "$found" > "$BUILD/src/latest"
}

# A copy by hard links where possible: seconds, and no room. graft.py replaces a file by renaming,
# never in place, so the origin stays as it is.
copy_tree() {
	rm -rf "$2" "$2.tmp"
	if ! cp -al "$1" "$2.tmp" 2>/dev/null; then
		rm -rf "$2.tmp"
		cp -a --reflink=auto "$1" "$2.tmp" || return
	fi
	# A tree that was built in can't be built from with O=.
	if [ -e "$2.tmp/.config" ] || [ -d "$2.tmp/include/config" ]; then
		make -C "$2.tmp" -s mrproper || return
	fi
	mv "$2.tmp" "$2"
}

# How trees are grafted. STOCK=1 leaves the fixes of the kernel's own code out, in trees of their
# own.
GRAFT=("$OVERLAY/graft/graft.py" graft --allow-newer) FLAVOUR=
case ${STOCK:-} in
'') ;;
1) GRAFT+=(--stock) FLAVOUR=-stock ;;
*) die "STOCK=$STOCK: expected 1, or nothing" ;;
esac
# WITHOUT=NN leaves out one of them for this run, WITHOUT=all leaves out all, in the same tree: what
# is built anew then is not much.
case ${WITHOUT:-} in
'') ;;
all) GRAFT+=(--stock) ;;
*) GRAFT+=(--without "$WITHOUT") ;;
esac

# grafted_source 6.12|latest|PATH: sets PRISTINE to that source, TREE to a copy with the overlay in
# it, VERSION to its version and TAG to a short name for build folders, which tells the flavours
# apart.
grafted_source() {
	case $1 in
	latest | [0-9].[0-9]* | [0-9][0-9].[0-9]*)
		pristine_source "$1"
		TAG=$(basename "$PRISTINE")$FLAVOUR
		TREE=$BUILD/trees/$TAG
		mkdir -p "$BUILD/trees"
		[ -e "$TREE/Makefile" ] || copy_tree "$PRISTINE" "$TREE"
		;;
	*)
		# Enough to know that it is worth a copy. The graft knows better.
		[ -d "$1" ] || die "KERNEL=$1: expected 6.12, latest, or the path of a kernel tree"
		[ -e "$1/Makefile" ] && [ -e "$1/kernel/dma/mapping.c" ] ||
			die "KERNEL=$1: not a kernel source tree: no kernel/dma/mapping.c"
		check_supported "$(kernel_version "$1")" "KERNEL=$1"

		PRISTINE=$(cd "$1" && pwd)
		TAG=$(basename "$PRISTINE")-$(printf '%s' "$PRISTINE" | cksum | cut -d' ' -f1)$FLAVOUR
		TREE=$BUILD/trees/$TAG
		mkdir -p "$BUILD/trees"
		step "copying $1" "copy-$TAG" copy_tree "$PRISTINE" "$TREE" || exit 1
		;;
	esac
	VERSION=$(kernel_version "$TREE")
	step "grafting Linux $VERSION" "graft-$TAG" "${GRAFT[@]}" "$TREE" || exit 1
}

# grafted_files TREE: the files that the graft has added or changed there.
grafted_files() {
	python3 -c 'import json, sys; print(*json.load(open(sys.argv[1]))["files"], sep="\n")' \
		"$1/.dma-coherent-handle.graft"
}

# scratch_source DIRECTORY...: sets SCRATCH to what grafted_source() has made, but with directories
# of its own that defects can be planted in. Their files are hard links: replace, never change them.
scratch_source() {
	local path

	SCRATCH=$BUILD/scratch/$(basename "$0" .sh)-$TAG
	rm -rf "$SCRATCH"
	mkdir -p "$SCRATCH"
	for path in "$TREE"/*; do
		case " $* " in
		*" ${path##*/} "*) cp -al "$path" "$SCRATCH" ;;
		*) ln -s "$path" "$SCRATCH" ;;
		esac
	done
}

# um_kconfig TREE: sets kconfig to what kunit.py needs for UML. Older kernels warn at each boot if
# UML's PCI has no device ID, and hide any warning of a test's.
um_kconfig() {
	kconfig=()
	if grep -q 'config UML_PCI_OVER_VIRTIO_DEVICE_ID' "$1/arch/um/drivers/Kconfig" &&
	   ! grep -q 'config KUNIT_UML_PCI' "$1/lib/kunit/Kconfig"; then
		kconfig=(--kconfig_add CONFIG_UML_PCI_OVER_VIRTIO_DEVICE_ID=1234)
	fi
}

unpack_debian_kernel() {
	local dest=$1 tmp=$1.tmp deb release=$2

	rm -rf "$tmp"
	mkdir -p "$tmp"
	for deb in "$DOWNLOADS"/*.deb; do
		dpkg-deb -x "$deb" "$tmp" || return
	done
	# The one absolute path among what is otherwise relative. And with a vmlinux there, a build
	# wants BTF for the modules, and pahole for that.
	sed -i 's|^include /usr/src/|include ../|' "$tmp/usr/src/linux-headers-$release/Makefile" &&
		rm -f "$tmp/usr/src/linux-headers-$release/vmlinux" &&
		mv "$tmp" "$dest" && rm -rf "$DOWNLOADS"
}

# debian_kernel SERIES: sets IMAGE and HEADERS to a kernel that Debian has built, unpacked but not
# installed, and VERSION to its version. The cloud flavour is the smallest.
debian_kernel() {
	local series=$1 dest release found common kbuild

	[ "$(dpkg --print-architecture)" = amd64 ] || die "this runs on amd64 only"
	found=$(cd "$BUILD/debian" 2>/dev/null && ls -d "$series".*-cloud-amd64 2>/dev/null | grep -v tmp |
		sort -V | tail -n 1) || :
	if [ -z "$found" ]; then
		apt_ready
		release=$(apt_search "^linux-headers-${series//./[.]}[.].*-cloud-amd64\$" | tail -n 1)
		release=${release#linux-headers-}
		[ -n "$release" ] || die "Debian has no linux-headers-$series.*-cloud-amd64"
		common=linux-headers-${release%-cloud-amd64}-common
		kbuild=linux-kbuild-${release%-cloud-amd64}
		step "downloading Linux $release (about 60 MB)" download-debian-kernel \
			download_packages "linux-image-$release" "linux-headers-$release" \
			"$common" "$kbuild" || die "could not download Linux $release"
		mkdir -p "$BUILD/debian"
		step "unpacking Linux $release" unpack-debian-kernel \
			unpack_debian_kernel "$BUILD/debian/$release" "$release" ||
			die "could not unpack Linux $release"
		found=$release
	fi
	dest=$BUILD/debian/$found
	VERSION=$found
	IMAGE=$dest/boot/vmlinuz-$found
	HEADERS=$dest/usr/src/linux-headers-$found
}
