#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# coccicheck.sh [--no-drivers] KERNEL: the rules of scripts/coccinelle/dma, run by "make coccicheck":
#
#   - on samples: each misuse alone must be reported, once, and nothing in correct code;
#   - on our own code, which must be clean;
#   - on what allocates DMA memory in drivers/ and sound/, where the findings must be those that
#     have been judged, and 80 % of each rule's right (minutes: not with --no-drivers);
#   - the same for the finder of candidates for conversions.
#
# The functions that spatch cannot parse are listed: the rules are silent about them.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"
. "$OVERLAY/lib/newer-tools.sh"

SAMPLES=$OVERLAY/check/samples/coccinelle
FINDINGS=$TOP/Documentation/core-api/dma-checks-findings.csv
CANDIDATES=$OVERLAY/convert/candidates.csv
DMA='dmam?_(alloc|free)_(attrs|coherent|wc)|dma_to_phys|DMA_ATTR_NO_KERNEL_MAPPING'
DMA+='|dma_coherent_handle'

drivers=1
[ "$1" != --no-drivers ] || { drivers=; shift; }

need_kernel_build
newer_spatch
printf 'coccicheck on Linux %s, with spatch %s\n' "$1" \
	"$("$SPATCH" --version | awk 'NR == 1 { print $3 }')"
grafted_source "$1"
scratch_source scripts

rules=$(cd "$TOP/scripts/coccinelle/dma" && printf '%s\n' *.cocci | sed 's/[.]cocci$//')

# spatch wants more stack than there usually is, and a home.
ulimit -s unlimited 2>/dev/null || ulimit -s "$(ulimit -H -s)"
export HOME=${HOME:-/tmp}

# coccicheck DIR [RULE...]: our rules, or some. A report is of the rule whose command was printed
# last.
coccicheck() {
	local rule

	for rule in ${2-$rules}; do
		make -C "$SCRATCH" -s coccicheck MODE=report M="$1" SPATCH="$SPATCH" J="$JOBS" \
			COCCI="$SCRATCH/scripts/coccinelle/dma/$rule.cocci" || return
	done
}

rc=0 passed=0 failed=0

# judge COMMAND...: run what judges a log; its last line counts.
judge() {
	local out

	out=$("$@") || rc=1
	printf '%s\n' "$out" | sed '$d'
	read -r p _ f _ <<< "$(tail -n 1 <<< "$out")"
	passed=$((passed + p)) failed=$((failed + f))
}

fail() {
	printf '  FAIL  %s\n' "$*"
	rc=1 failed=$((failed + 1))
}

"$OVERLAY/check/coccicheck-samples.py" split "$SAMPLES" "$SCRATCH/our-samples"
step "the rules on samples" "coccicheck-$TAG-samples" coccicheck "$SCRATCH/our-samples" || exit 1
# shellcheck disable=SC2086 # a list of rules
judge "$OVERLAY/check/coccicheck-samples.py" judge "$SCRATCH/our-samples" "$STEP_LOG" $rules

# All our own code but the tests, some of which misuse what they test.
mkdir "$SCRATCH/ours"
(cd "$TOP" && find include kernel lib tools/testing/dma-coherent-handle -name '*.[ch]' \
	! -path '*/tests/*' ! -name '*-test.c' ! -name edu_mmap.c ! -name planted_bugs.c \
	-exec cp --parents {} "$SCRATCH/ours" \;)
step "the rules on our own code" "coccicheck-$TAG-ours" coccicheck "$SCRATCH/ours" || exit 1
if grep -E ':[0-9]+:[0-9]+-[0-9]+: ' "$STEP_LOG"; then
	fail "the rules report our own code"
fi

# A rule reports no file without one of these words. spatch takes minutes to find that out.
declare -A words=(
	[dma_coherent_addr]='virt_to_|__pa\(|vmalloc_to_|dma_to_phys|DMA_ATTR_NO_KERNEL_MAPPING'
	[dma_free_args]='dma_free_(attrs|coherent|wc)|dma_alloc_attrs'
)
on_drivers() {
	local rule dir

	for rule in $rules; do
		dir=$SCRATCH/for-$rule
		mkdir "$dir"
		# No driver has a handle yet. A rule must have a file to run on.
		touch "$dir/none.c"
		(cd "$SCRATCH/users" && grep -rlE "${words[$rule]:-dma_coherent_handle}" . |
			xargs -r cp --parents -t "$dir") || :
		# coccicheck keeps spatch very quiet unless it is to print a profile.
		SPFLAGS='--verbose-parsing --profile' coccicheck "$dir" "$rule"
	done
}
# It looks at the other files of a driver, too.
find_candidates() {
	cd "$TREE" || return
	set -- "$SPATCH" -D report --very-quiet --no-show-diff --no-includes --use-coccigrep \
		-j "$JOBS" --cocci-file "$OVERLAY/convert/find-candidates.cocci" --dir .
	printf '%s\n' "$*"
	"$@"
}
if [ -n "$drivers" ]; then
	mkdir "$SCRATCH/users"
	(cd "$TREE" && grep -rlE --include='*.[ch]' "$DMA" drivers sound |
		xargs cp --parents -t "$SCRATCH/users")
	step "the rules on $(find "$SCRATCH/users" -type f | wc -l) files of drivers/ and sound/" \
		"coccicheck-$TAG-drivers" on_drivers || exit 1
	# shellcheck disable=SC2086
	judge "$OVERLAY/check/coccicheck-findings.py" "$VERSION" "$FINDINGS" "$STEP_LOG" $rules
	"$OVERLAY/check/coccicheck-unparsed.py" "$STEP_LOG" |
		sed 's/^/  note  not parsed, so not checked: /'
	step "finding candidates" "coccicheck-$TAG-candidates" find_candidates || exit 1
	judge "$OVERLAY/check/coccicheck-findings.py" "$VERSION" "$CANDIDATES" "$STEP_LOG" \
		find-candidates
fi

# unparsed DIR: the functions that spatch cannot parse.
cat > "$BUILD/parsed.cocci" <<'END'
@r@
iterator name scoped_guard;
attribute name __free;
@@
* \(dma_alloc_attrs\|dma_alloc_coherent\|dma_free_attrs\|dma_coherent_handle_alloc\)(...)
END
unparsed() {
	cd "$1" && "$SPATCH" --verbose-parsing --sp-file "$BUILD/parsed.cocci" --no-show-diff \
		--no-includes --use-coccigrep --dir .
}
step "parsing what cannot be parsed" "coccicheck-$TAG-parse" unparsed "$SAMPLES/unparsed" ||
	exit 1
for name in first last; do
	# Not "grep -q", which breaks the pipe.
	"$OVERLAY/check/coccicheck-unparsed.py" "$STEP_LOG" |
		grep -x "$name.c: unparsed_$name()" > /dev/null ||
		fail "unparsed_$name() in $name.c was not named"
done
step "parsing our own code" "coccicheck-$TAG-parse-ours" unparsed "$SCRATCH/ours" || exit 1
if ! grep -q '^HANDLING: .*coherent_handle' "$STEP_LOG" ||
   "$OVERLAY/check/coccicheck-unparsed.py" "$STEP_LOG" | grep .; then
	fail "spatch cannot parse our own code"
fi

printf '%d passed, %d failed\n' $passed $failed
[ $rc = 0 ] && [ $failed = 0 ]
