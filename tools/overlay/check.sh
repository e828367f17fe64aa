#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# check.sh: everything that must pass. A step that fails doesn't stop the others. The summary has a
# line a step; KUnit cases, and those of the graft's test, are counted one by one.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$OVERLAY/sources.sh"
. "$OVERLAY/newer-tools.sh"

passed=0 failed=0 skipped=0
summary=()

check() {
	local title=$1 out=$BUILD/logs/check-${1//[^a-z0-9.]/-}.out start=$SECONDS rc=0
	shift

	printf '\n== %s\n' "$title"
	"$@" 2>&1 | tee "$out" || rc=1

	tally "$out" $rc
	passed=$((passed + tally_passed)) failed=$((failed + tally_failed))
	skipped=$((skipped + tally_skipped))
	summary+=("$(printf '%-6s %-47s %4d passed %3d failed %3d skipped %5d s' \
		"$([ $tally_failed = 0 ] && echo ok || echo FAIL)" "$title" "$tally_passed" "$tally_failed" \
		"$tally_skipped" $((SECONDS - start)))")
}

# start NAME COMMAND...: begin with something that leaves a core idle, now and then.
start() {
	local out=$BUILD/logs/check-start-$1
	shift

	rm -f "$out".rc
	{
		rc=0
		"$@" > "$out.out" 2>&1 || rc=$?
		echo $rc > "$out.rc"
	} &
}

# finish NAME: wait for it, and say what it has said.
finish() {
	local out=$BUILD/logs/check-start-$1

	while [ ! -e "$out.rc" ]; do
		sleep 1
	done
	cat "$out.out"
	return "$(cat "$out.rc")"
}

start=$SECONDS
need_kernel_build
pristine_source 6.12
old=$PRISTINE
pristine_source latest
new=$PRISTINE
newer_spatch

start convert-6.12 "$OVERLAY/convert.sh" --no-build 6.12
check 'checkpatch --strict --codespell' "$OVERLAY/checkpatch.sh" latest
check 'kernel-doc on 6.12' "$OVERLAY/kerneldoc.sh" 6.12
check "kernel-doc on the newest" "$OVERLAY/kerneldoc.sh" latest
check "the kernel's small checkers" "$OVERLAY/lint.sh" latest
check 'drivers of 6.12 converted' finish convert-6.12
start convert-latest "$OVERLAY/convert.sh" --no-build latest
check 'htmldocs on 6.12' "$OVERLAY/htmldocs.sh" 6.12
check 'htmldocs on the newest' "$OVERLAY/htmldocs.sh" latest
check 'graft and ungraft' "$OVERLAY/test-graft.py" "$old" "$new"
check 'what finds warnings in a log' "$OVERLAY/test-kernel-warnings.py"
check 'what makes the series, on what it must refuse' "$OVERLAY/test-series.py"
check 'the series on 6.12, not compiled' "$OVERLAY/series.sh" --no-build 6.12
check 'the series on the newest kernel, not compiled' "$OVERLAY/series.sh" --no-build latest
check 'drivers of the newest kernel converted' finish convert-latest
check 'what converts drivers, on drivers that have moved on' "$OVERLAY/test-convert.py" "$SPATCH" \
	"$new" "$(kernel_version "$new")"
check "demo on Debian's 6.12 kernel" "$OVERLAY/demo.sh" debian
check "misuse of handles on Debian's 6.12 kernel is reported" "$OVERLAY/stock/misuse.sh"
check 'demo on the newest kernel, grafted' "$OVERLAY/demo.sh" latest
check 'KUnit on the DMA backends of x86_64' "$OVERLAY/backends.sh" x86_64
check "the core's tests fail without the fixes" env WITHOUT=all "$OVERLAY/backends.sh" x86_64
start kunit-6.12 "$OVERLAY/kunit.sh" 6.12
check "README's example" "$OVERLAY/readme.sh"
check 'object code, debugging off' "$OVERLAY/object-code.sh"
check 'sparse on 6.12' "$OVERLAY/sparse.sh" 6.12
check 'sparse on the newest kernel' "$OVERLAY/sparse.sh" latest
check 'KUnit on 6.12' finish kunit-6.12
start kunit-latest "$OVERLAY/kunit.sh" latest
check 'coccicheck on the newest, without the slow rules' "$OVERLAY/coccicheck.sh" latest fast
check 'KUnit on the newest kernel' finish kunit-latest
check 'KUnit on the newest kernel, debugging off' "$OVERLAY/kunit.sh" latest \
	--kconfig_add CONFIG_DMA_COHERENT_HANDLE_DEBUG=n
check "KUnit on a stock kernel, with the module's file" env STOCK=1 "$OVERLAY/kunit.sh" latest

printf '\n== Summary (%d s)\n' $((SECONDS - start))
printf '%s\n' "${summary[@]}"
printf '%d passed, %d failed, %d skipped\n' $passed $failed $skipped
[ $failed = 0 ]
