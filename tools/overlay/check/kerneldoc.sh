#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# kerneldoc.sh KERNEL: the kernel-doc comments of the overlay, by the kernel's own parser, which
# must not warn. What is exported must come out documented. In the same run the parser is given a
# comment that leaves out a parameter, which it must report, or it has not checked.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"

# Whatever is exported, or documented.
FILES=$(cd "$TOP" && git ls-files -co --exclude-standard 'include/*.h' \
	'kernel/*.[ch]' 'lib/*.[ch]' \
	'tools/testing/*.[ch]' | xargs grep -lE '^(/\*\*$|EXPORT_SYMBOL)')

need git perl python3
printf 'kernel-doc of Linux %s\n' "$1"
grafted_source "$1"

planted=$BUILD/planted.h
complaints=$BUILD/logs/kerneldoc-$TAG-complaints.log
cat > "$planted" <<'END'
/* SPDX-License-Identifier: GPL-2.0 */
/**
 * planted() - kernel-doc that leaves out a parameter
 * @a: the first of two
 */
void planted(int a, int b);
END

run_kernel_doc() {
	# The older one asks Sphinx what it is called there, and warns if there is no Sphinx.
	local tool=(scripts/kernel-doc -sphinx-version 5.3.0)

	cd "$TREE"
	[ ! -e tools/docs/kernel-doc ] || tool=(tools/docs/kernel-doc)
	# It fails, since what is planted does. Both outputs in one would be mixed up within a line.
	# shellcheck disable=SC2086 # a list of files
	"${tool[@]}" -rst -Wall -Werror $FILES "$planted" 2> "$complaints" || :
}

step "kernel-doc" "kerneldoc-$TAG" run_kernel_doc || exit 1

rc=0 n=0
# Its last line counts the warnings.
if grep -vE '^[0-9]+ warnings as ' "$complaints" | grep -vF "$planted:"; then
	printf '  FAIL  kernel-doc complains\n'
	rc=1
fi
grep -qE "$planted:.*'b' not described" "$complaints" || {
	printf '  FAIL  kernel-doc did not report what was planted\n'
	rc=1
}
# shellcheck disable=SC2086 # a list of files
for symbol in $(cd "$TREE" && sed -nE -e 's/^EXPORT_SYMBOL_GPL\((\w+)\);$/\1/p' \
		-e 's/^ \* (struct )?(\w+)(\(\))? - .*/\2/p' $FILES | sort -u); do
	n=$((n + 1))
	grep -qE "^\.\. c:(function|struct):: .*\b$symbol\b" "$STEP_LOG" || {
		printf '  FAIL  %s is not documented\n' "$symbol"
		rc=1
	}
done
[ $n -gt 0 ] || rc=1
printf '  %d symbols documented, in %d files\n' $n "$(wc -l <<< "$FILES")"
exit $rc
