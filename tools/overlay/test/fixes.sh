#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# fixes.sh [NN...]: take out each fix of the kernel's own code alone, or those that are named, and
# see that the tests notice: just those cases fail that tools/overlay/graft/core/red lists for it,
# on the machines that it lists. A fix that no test can notice must say in its changelog that it was
# not run.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"

passed=0 failed=0

result() {
	printf '%-4s  %s\n' "$1" "$2"
	if [ "$1" = ok ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

# without NN ARCH ROW: what any architecture would notice, x86_64 does.
without() {
	WITHOUT=$1 ROW=$3 "$OVERLAY/test/backends.sh" "${2/#\*/x86_64}" |
		grep -vE '^(ok|FAIL) |passed, |^ {10}|^$'
	return "${PIPESTATUS[0]}"
}

for patch in "$OVERLAY"/graft/core/[0-9][0-9]-*.patch; do
	number=$(basename "$patch" | cut -c1-2)
	[ $# = 0 ] || [[ " $* " == *" $number "* ]] || continue
	# Nothing but documentation
	grep -qE '^--- a/[^D]' "$patch" || continue
	title="$number $(sed -n 's/^Subject: //p' "$patch")"
	mapfile -t machines < <(awk -F '\t' -v fix="$number" '$1 == fix { print $2 "\t" $3 }' \
		"$OVERLAY/graft/core/red" | sort -u)
	if [ ${#machines[@]} = 0 ]; then
		if grep -qE '^(Compiled|Read only)' "$patch"; then
			result ok "$title: not run, as its changelog says"
		else
			result FAIL "$title: no test notices it, and its changelog doesn't say so"
		fi
		continue
	fi
	for machine in "${machines[@]}"; do
		if without "$number" "${machine%$'\t'*}" "${machine#*$'\t'}"; then
			result ok "$title: noticed on ${machine//$'\t'/, }"
		else
			result FAIL "$title: on ${machine//$'\t'/, }"
		fi
	done
done
printf '%d passed, %d failed\n' $passed $failed
[ $failed = 0 ] && [ $passed != 0 ]
