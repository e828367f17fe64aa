# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Checkers that are newer than those of a stable Debian, from its later suites: an spatch that can
# parse today's drivers, and a sparse that can parse Linux 7.3. To be sourced after sources.sh.
#
# Nothing is installed. What has been unpacked or built under build/tools is used from then on, and
# no network is needed any more. A system that has a new enough one uses its own.

# The one that LATEST_SUITE's backports are for, which doesn't move; and the first with sparse
# 0.6.5~rc1, of which only the source is used: a binary would want that suite's C library.
SPATCH_SUITE=${LATEST_SUITE%-backports}
SPARSE_SUITE=forky

# What it takes to parse guard(), __free() and for (int i...).
SPATCH_MIN=1.3

TOOLS=$BUILD/tools

# Debian's main archive, as sources.list has it between "deb" and the suite.
main_archive() {
	local archive

	archive=$(write_sources_list | sed -n "s/^deb \(.*\) $LATEST_SUITE main$/\1/p") || return
	[ -n "$archive" ] || { echo "apt knows no Debian mirror" >&2; return 1; }
	printf '%s' "$archive"
}

# The lists are not those of the kernels: apt would find other kernels in there, too.
newer_tools_update() {
	local archive

	mkdir -p "$APT/lists/partial" "$APT/cache/archives/partial"
	archive=$(main_archive) || return
	printf '%s\n' "deb $archive $SPATCH_SUITE main" "deb-src $archive $SPARSE_SUITE main" \
		> "$APT/sources.list" || return
	# One suite must not spoil the other: what matters is whether the packages are found.
	apt_get update || :
}

# try_newer TITLE COMMAND: unlike step(), has one line to say if it can't be done.
try_newer() {
	local log=$BUILD/logs/$2.log start=$SECONDS

	printf '  ...   getting %s (%s)\n' "$1" "$(short "$log")"
	# What is called like this has no -e: each command in there is to be checked.
	if (APT=$BUILD/apt-newer DOWNLOADS=$BUILD/downloads-newer && newer_tools_update && "$2") \
		> "$log" 2>&1 < /dev/null; then
		printf '  ok    getting %s, %d s\n' "$1" $((SECONDS - start))
	else
		# What apt complains of first is the reason, what it does last a consequence.
		printf '  note  %s could not be had: %s\n' "$1" \
			"$(grep -m 1 '^E: ' "$log" || grep . "$log" | tail -n 1)"
		return 1
	fi
}

# spatch_is_new SPATCH: it runs, and is not too old.
spatch_is_new() {
	local version

	version=$("$1" --version 2>/dev/null | awk 'NR == 1 { print $3 }')
	[ -n "$version" ] && printf '%s\n' $SPATCH_MIN "$version" | sort -VC
}

# Its own loader runs it with its own C library. What else it wants, which is Python, is the
# system's.
get_spatch() {
	local dest=$TOOLS/coccinelle tmp=$TOOLS/coccinelle.tmp deb

	rm -rf "$dest" "$tmp"
	mkdir -p "$tmp"
	download_packages {coccinelle,libc6,libzstd1}/"$SPATCH_SUITE" || return
	for deb in "$DOWNLOADS"/*.deb; do
		dpkg-deb -x "$deb" "$tmp" || return
	done
	cat > "$tmp/spatch" <<-'EOF' || return
		#!/bin/sh
		# Made by newer-tools.sh.
		top=$(dirname "$(readlink -f "$0")")
		loader=$(echo "$top"/usr/lib/*/ld-linux*)
		libs=${loader%/*}
		export COCCINELLE_HOME="$top/usr/lib/coccinelle"
		# The python3 whose library there is.
		export PATH="/usr/bin:$PATH"
		exec "$loader" --library-path "$libs:/usr/lib/${libs##*/}" "$top/usr/bin/spatch" \
			"$@"
	EOF
	chmod +x "$tmp/spatch" && spatch_is_new "$tmp/spatch" || return
	mv "$tmp" "$dest" && rm -rf "$DOWNLOADS"
}

# newer_spatch: sets SPATCH to an spatch that is as new as can be had.
newer_spatch() {
	local python

	need python3
	# Rules with Python load its library, which no package of Coccinelle's depends on.
	python=$(/usr/bin/python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')
	need coccinelle "libpython$python"

	SPATCH=$(command -v spatch)
	spatch_is_new "$SPATCH" && return
	SPATCH=$TOOLS/coccinelle/spatch
	spatch_is_new "$SPATCH" && return
	try_newer "spatch of Debian $SPATCH_SUITE" get_spatch && return

	SPATCH=$(command -v spatch)
	printf '  note  using %s, which skips functions that it cannot parse\n' \
		"$($SPATCH --version | awk 'NR == 1 { print "spatch " $3 }')"
}

# sparse_is_new SPARSE: the kernel asks the same in scripts/checker-valid.sh, from 7.2 on. Versions
# say nothing: 0.6.5~rc1 calls itself 0.6.4.
sparse_is_new() {
	local out

	out=$(printf 'extern const int a;\nstatic inline __typeof_unqual__(a) b(void) { return a; }\n' |
	      "$1" - 2>&1) && [ -z "$out" ]
}

get_sparse() {
	local tmp=$TOOLS/sparse.tmp

	rm -rf "$tmp" "$DOWNLOADS"
	mkdir -p "$tmp" "$DOWNLOADS"
	(cd "$DOWNLOADS" && apt_get source --download-only "sparse/$SPARSE_SUITE") || return
	tar -C "$tmp" --strip-components=1 -xf "$DOWNLOADS"/sparse_*.orig.tar.* || return
	make -C "$tmp" -j"$JOBS" sparse || return
	sparse_is_new "$tmp/sparse" ||
		{ echo "it does not know __typeof_unqual__ either"; return 1; }
	mv "$tmp/sparse" "$TOOLS/sparse" && rm -rf "$tmp" "$DOWNLOADS"
}

# newer_sparse: sets SPARSE to a sparse that can check the newest kernel, or fails.
newer_sparse() {
	need sparse

	SPARSE=$(command -v sparse)
	sparse_is_new "$SPARSE" && return
	SPARSE=$TOOLS/sparse
	sparse_is_new "$SPARSE" && return
	need gcc libc6-dev make
	try_newer "sparse of Debian $SPARSE_SUITE" get_sparse ||
		die "sparse $(sparse --version) cannot check this kernel: it does not know __typeof_unqual__"
}
