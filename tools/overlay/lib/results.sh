# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The results of KUnit, see kunit_results.py. To be sourced after sources.sh, which sets $TREE.

# kunit_results LOG: suite, case, parameter and result of each case, separated by tabs.
kunit_results() {
	"$OVERLAY/lib/kunit_results.py" "$TREE" "$1"
}

# kunit_counts LOG PASSED FAILED SKIPPED: sets the three variables. Fails if no case ran.
kunit_counts() {
	local counts rc=0

	counts=$("$OVERLAY/lib/kunit_results.py" --count "$TREE" "$1") || rc=1
	read -r "${@:2}" <<< "${counts:-0 0 0}"
	return $rc
}

# cases_in_log LOG: the names of the cases, sorted, those of all suites together.
cases_in_log() {
	kunit_results "$1" | cut -f1,2 | sort -u | cut -f2 | sort
}

# failed_in_log LOG: the cases that failed, as SUITE.CASE.
failed_in_log() {
	kunit_results "$1" | awk -F '\t' '$4 == "FAILED" { print $1 "." $2 }' | sort -u
}

# cases_in_sources [-x NAME]... PATH...: the names of the cases in files of $TREE, or in folders
# there without the files that are excluded.
cases_in_sources() {
	local -a options=(--include='*.c')

	while [ "$1" = -x ]; do
		options+=(--exclude="$2")
		shift 2
	done
	grep -rhoE '^\s*KUNIT_CASE[A-Z_]*\(\w+' "${options[@]}" "${@/#/$TREE/}" | sed 's/.*(//' |
		sort
}

# compare_cases LOG PATH...: fails if the cases that ran are not those in the sources.
compare_cases() {
	local log=$1
	shift

	diff <(cases_in_sources "$@") <(cases_in_log "$log") > "$log.cases" && return
	printf '  FAIL  the cases that ran (>) are not those in the sources (<):\n'
	grep '^[<>]' "$log.cases" | sed -n '1,20s/^/        /p'
	return 1
}
