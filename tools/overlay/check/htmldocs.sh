#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# htmldocs.sh KERNEL: "make htmldocs" of the pages that the overlay adds or adds to. It must not
# warn, and the whole API must be on the pages. In the same run it is given a page with defects,
# which it must report, or it has not checked.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"

need_kernel_build
need graphviz python3-sphinx python3-yaml
printf 'htmldocs of Linux %s\n' "$1"
grafted_source "$1"
scratch_source Documentation

out=$BUILD/htmldocs-$TAG
pages=$(cd "$TOP" && git ls-files -co --exclude-standard 'Documentation/*.rst' | sed 's|^Documentation/||')

# All of the pages take an hour, those of core-api a minute and a half: so only ours are read, and
# what leads to them.
patterns() {
	local page

	printf 'index.rst\n'
	for page in $pages planted.rst; do
		printf '%s\n' "$page"
		while page=$(dirname "$page") && [ "$page" != . ]; do
			printf '%s/index.rst\n' "$page"
		done
	done
}

cat > "$SCRATCH/Documentation/planted.rst" <<'END'
.. SPDX-License-Identifier: GPL-2.0

=======
Planted
=======

Nobody includes this page, nor is there :doc:`such-a-page`, nor :ref:`such-a-label`.

.. kernel-doc:: Documentation/planted.h

.. kernel-doc:: Documentation/planted-but-missing.h
END
cat > "$SCRATCH/Documentation/planted.h" <<'END'
/**
 * planted() - kernel-doc that leaves out a parameter
 * @a: the first of two
 */
void planted(int a, int b);
END
DEFECTS=("isn't included in any toctree" "unknown document: 'such-a-page'"
	 "undefined label: 'such-a-label'" '-missing.h'
	 "'b' not described in 'planted'")

# Debian's python3 must come first: it is the one that has Sphinx.
run_htmldocs() {
	rm -rf "$out"
	mkdir -p "$out"
	PATH=/usr/bin:$PATH make -C "$SCRATCH" O="$out" htmldocs -j"$JOBS" \
		SPHINXOPTS="-D include_patterns=$(patterns | sort -u | paste -sd,) -D exclude_patterns=netlink"
}

rc=0
step "htmldocs" "htmldocs-$TAG" run_htmldocs || exit 1

warnings=$BUILD/logs/htmldocs-$TAG-warnings.log
grep -E '(WARNING|ERROR|CRITICAL|SEVERE|[Ww]arning|[Ee]rror): ' "$STEP_LOG" | sed "s|$SCRATCH/||" |
	sort -u > "$warnings" || :

# left_out WARNING: all there is to it is that a page, of the kernel's, was not read.
left_out() {
	local file=${1%%:*} page

	page=$(sed -nE "s/.*(nonexisting document|unknown document:) '([^']*)'.*/\2/p" <<< "$1")
	[ -n "$page" ] && {
		[ -e "$SCRATCH/Documentation/$page.rst" ] || [ -e "$SCRATCH/${file%/*}/$page.rst" ]
	}
}

# A warning counts if it names a file of ours, or a page.
ours=$(cd "$TOP" && git ls-files -co --exclude-standard Documentation include kernel lib
	sed "s/.*/'&'/; s/\.rst'/'/" <<< "$pages")
grep -F "$ours" "$warnings" > "$warnings.ours" || :
while read -r line; do
	left_out "$line" || {
		printf '  FAIL  %s\n' "$line"
		rc=1
	}
done < "$warnings.ours"
for defect in "${DEFECTS[@]}"; do
	grep -q "planted.*$defect" "$warnings" || {
		printf '  FAIL  htmldocs did not report what was planted: %s\n' "$defect"
		rc=1
	}
done

html=$out/Documentation/output
for page in $pages; do
	[ -s "$html/${page%.rst}.html" ] || {
		printf '  FAIL  %s was not made\n' "${page%.rst}.html"
		rc=1
	}
done
# All that a driver or a test can call. What is only called by the API itself is documented
# elsewhere.
n=0
for symbol in $(cd "$TOP" && sed -nE -e 's/^ \* (struct )?(\w+)(\(\))? - .*/\2/p' \
		include/linux/dma-coherent-handle.h include/kunit/dma.h \
		kernel/dma/coherent_handle.c lib/kunit/dma.c); do
	n=$((n + 1))
	# shellcheck disable=SC2086 # a list of files
	(cd "$html" && grep -q "id=\"c\.$symbol\"" ${pages//.rst/.html}) || {
		printf '  FAIL  %s is on none of the pages\n' "$symbol"
		rc=1
	}
done
[ $n -gt 0 ] || rc=1
printf '  %d names on %d pages\n' $n "$(wc -l <<< "$pages")"
exit $rc
