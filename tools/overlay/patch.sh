# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Patches, and what checks them. To be sourced after lib.sh.

# overlay_diff PRISTINE GRAFTED: what the graft changes, as a patch.
overlay_diff() {
	local pristine=$1 grafted=$2 file

	# Only what the overlay has can differ, and to compare two whole trees takes a while.
	(cd "$TOP" && git ls-files -co --exclude-standard MAINTAINERS Documentation include kernel lib \
		scripts tools/dma tools/testing) |
	while read -r file; do
		(cd "$pristine" && cmp -s "$file" "$grafted/$file") && continue
		printf 'diff --git a/%s b/%s\n' "$file" "$file"
		if [ -e "$pristine/$file" ]; then
			diff -u --label "a/$file" --label "b/$file" "$pristine/$file" "$grafted/$file" || :
		else
			printf 'new file mode 100%s\n' "$(stat -c %a "$grafted/$file")"
			diff -u --label /dev/null --label "b/$file" /dev/null "$grafted/$file" || :
		fi
	done
}

# typos FILE...: those of codespell's typos that occur in the files, as a dictionary. All of them take
# checkpatch five times as long, and no others can be found there.
typos() {
	local all

	all=$(dpkg -L codespell | grep '/dictionary\.txt$') || return
	grep -ohE "[A-Za-z0-9_'\`-]+" "$@" | tr '[:upper:]' '[:lower:]' |
		awk -F '->' 'NR == FNR { word[$1]; next } $1 in word' - "$all"
}
