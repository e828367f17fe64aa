#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# dkms.sh [DIR]: a Debian package of the API as a module, by debhelper: of its source, which dkms
# builds for each kernel that is installed. Ends up in DIR.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/ship/module-source.sh"

conf=$OVERLAY/ship/dkms/dkms.conf
name=$(sed -n 's/^PACKAGE_NAME="\(.*\)"$/\1/p' "$conf")
version=$(sed -n 's/^PACKAGE_VERSION="\(.*\)"$/\1/p' "$conf")
dest=${1:-$BUILD/dkms}
source=$BUILD/dkms/source

# The package is made by whoever makes it. A package needs a name, a machine may know of none.
maintainer=$(git -C "$TOP" var GIT_COMMITTER_IDENT 2> /dev/null | sed 's/>.*/>/') || :
[ -n "$maintainer" ] || maintainer="$(id -un) <$(id -un)@localhost>"

build_package() {
	rm -rf "$source"
	copy_module_source "$source" &&
		cp -r "$OVERLAY"/ship/dkms/* "$OVERLAY/graft/kernels" "$source/" &&
		sed -i "s/@MAINTAINER@/${maintainer//[\\\/&]/\\&}/" "$source/debian/control" ||
		return
	cat > "$source/debian/changelog" <<-EOF || return
		$name ($version) unstable; urgency=medium

		  * Made by "make dkms".

		 -- $maintainer  $(date -R)
	EOF
	(cd "$source" && dpkg-buildpackage -b -us -uc) && mkdir -p "$dest" &&
		mv "$BUILD/dkms/${name}-dkms_${version}_all.deb" "$dest/package.tmp" &&
		mv "$dest/package.tmp" "$dest/${name}-dkms_${version}_all.deb"
}

need build-essential debhelper dh-dkms dpkg-dev git
step "making the package of $name $version" dkms build_package || exit 1
printf '  %s\n' "$(short "$dest/${name}-dkms_${version}_all.deb")"
