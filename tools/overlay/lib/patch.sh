# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Patches, and what checks them. To be sourced after lib.sh.

# overlay_diff PRISTINE GRAFTED: what the graft changes, as a patch.
overlay_diff() {
	local pristine=$1 grafted=$2 file

	# Only files of the overlay's, and to compare two whole trees takes a while. The fixes of
	# the kernel's own code are in the style of what is around them, and are checked as patches.
	(cd "$TOP" && git ls-files -co --exclude-standard MAINTAINERS Documentation include kernel lib \
		scripts tools/testing) |
	while read -r file; do
		(cd "$pristine" && cmp -s "$file" "$grafted/$file") && continue
		printf 'diff --git a/%s b/%s\n' "$file" "$file"
		if [ -e "$pristine/$file" ]; then
			diff -u --label "a/$file" --label "b/$file" "$pristine/$file" \
				"$grafted/$file" || :
		else
			printf 'new file mode 100%s\n' "$(stat -c %a "$grafted/$file")"
			diff -u --label /dev/null --label "b/$file" /dev/null "$grafted/$file" || :
		fi
	done
}

# typos FILE...: those of codespell's typos that occur in the files, as a dictionary. All of them
# take checkpatch five times as long, and no others can be found there.
typos() {
	local all

	all=$(dpkg -L codespell | grep '/dictionary\.txt$') || return
	grep -ohE "[A-Za-z0-9_'\`-]+" "$@" | tr '[:upper:]' '[:lower:]' |
		awk -F '->' 'NR == FNR { word[$1]; next } $1 in word' - "$all"
}

# maintainers FILE...: whom a patch goes to, and who gets a copy, as git format-patch wants them.
maintainers() {
	(cd "$TREE" && ./scripts/get_maintainer.pl --no-git --no-git-fallback --roles --no-rolestats \
		-f "$@") |
		sed -E 's/^(.*>|[^ ]+) \((maintainer|supporter)\b.*/--to=\1/; t; s/^(.*>|[^ ]+) \(.*/--cc=\1/'
}

# checkpatch_all NUMBER --signoff|--no-signoff FILE...: checkpatch --strict on as many patches,
# several at a time. They lie in a directory below one for what comes along. That all were read is
# its own word. IGNORE has types of messages that don't count, MAX_LINE is how long a line may be.
checkpatch_all() {
	local number=$1 signoff=$2 out=${3%/*}/.. rc=0 total
	shift 2

	cd "$TREE" || return
	typos "$@" > "$out/codespell.txt" || return
	rm -rf "$out/checkpatch"
	mkdir "$out/checkpatch"
	printf '%s\0' "$@" | xargs -0 -n 1 -P "$JOBS" bash -c './scripts/checkpatch.pl --strict \
		--codespell --codespellfile "$0/codespell.txt" "$1" --show-types \
		--ignore "${IGNORE:-}" ${MAX_LINE:+--max-line-length="$MAX_LINE"} "$2" \
		> "$0/checkpatch/${2##*/}"' "$out" "$signoff" || rc=1
	cat "$out"/checkpatch/*
	total=$(cat "$out"/checkpatch/* | grep -c '^total: ')
	[ "$total" = "$number" ] || { echo "error: it has read $total patches"; rc=1; }
	return "$rc"
}
