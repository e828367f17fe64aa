#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# coccicheck.sh KERNEL [fast]: the rules of scripts/coccinelle/dma, run by the kernel's own "make
# coccicheck":
#
#   - with all the rules there are, on the rules' samples: ours must be found unaided, report what
#     misuse/ expects, and nothing else; and on our own code, which must be clean;
#   - in every other mode, on the samples;
#   - on all of drivers/ and sound/, where what is found must be what has been judged in the documentation.
#
# With "fast", the samples meet our own rules alone, and two modes. On drivers/ and sound/, some are left
# out: rules that have spatch read half of drivers/, and take minutes; those about the API, which no
# driver uses yet; the list of the functions that spatch can't parse.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"
. "$OVERLAY/lib/newer-tools.sh"

SAMPLES=tools/testing/dma-coherent-handle/checks/coccinelle
FINDINGS=$TOP/Documentation/core-api/dma-checks-findings.csv
SLOW='attrs_device_memory|attrs_mismatch|hwonly|handle_.*'

need_kernel_build
newer_spatch
printf 'coccicheck on Linux %s, with spatch %s\n' "$1" \
	"$("$SPATCH" --version | awk 'NR == 1 { print $3 }')"
grafted_source "$1"
fast=${2:-}

# Rules of the kernel's that are written in OCaml end coccicheck where there is no OCaml compiler.
scratch_source scripts
grep -rl '@.*script:ocaml' "$SCRATCH/scripts/coccinelle" | while read -r rule; do
	printf '  note  without %s, which needs an OCaml compiler\n' "${rule#"$SCRATCH"/}"
	rm "$rule"
done

rules=$(cd "$TOP/scripts/coccinelle/dma" && printf '%s\n' *.cocci | sed 's/[.]cocci$//')

# spatch wants more stack than there usually is, and a home.
ulimit -s unlimited 2>/dev/null || ulimit -s "$(ulimit -H -s)"
export HOME=${HOME:-/tmp}

# coccicheck MODE M [RULE...]: all rules unless some are named. The rule that a report comes from is
# the one of the last command that was printed.
coccicheck() {
	local mode=$1 dir=$2 rule
	shift 2

	printf 'in %s\n' "$dir"
	if [ $# = 0 ]; then
		make -C "$SCRATCH" -s coccicheck MODE="$mode" M="$dir" SPATCH="$SPATCH" J="$JOBS"
		return
	fi
	for rule; do
		make -C "$SCRATCH" -s coccicheck MODE="$mode" M="$dir" SPATCH="$SPATCH" J="$JOBS" \
			COCCI="$SCRATCH/scripts/coccinelle/dma/$rule.cocci" || return
	done
}

rc=0 passed=0 failed=0

# judge TITLE COMMAND...: run what judges a log; its last line counts.
judge() {
	local out

	out=$("$@") || rc=1
	printf '%s\n' "$out" | sed '$d'
	read -r p _ f _ <<< "$(tail -n 1 <<< "$out")"
	passed=$((passed + p)) failed=$((failed + f))
}

# The rules to name: all of the kernel's, ours among them, if none is.
named='' modes='org context patch' whose=all
if [ "$fast" = fast ]; then
	named=$rules modes=patch whose=our
fi

# shellcheck disable=SC2086 # a list of rules
step "$whose rules on the samples" "coccicheck-$TAG-report" coccicheck report "$TREE/$SAMPLES" $named ||
	exit 1
# shellcheck disable=SC2086 # a list of rules
judge "$OVERLAY/check/coccicheck-samples.py" report "$TREE/$SAMPLES" "$STEP_LOG" $rules
for mode in $modes; do
	# shellcheck disable=SC2086 # a list of rules
	step "our rules on the samples, mode $mode" "coccicheck-$TAG-$mode" \
		coccicheck $mode "$TREE/$SAMPLES" $rules || exit 1
	# shellcheck disable=SC2086
	judge "$OVERLAY/check/coccicheck-samples.py" $mode "$TREE/$SAMPLES" "$STEP_LOG" $rules
done

# Our own code in the kernel, all of it but the tests, some of which misuse what they test.
ours=$SCRATCH/ours
mkdir "$ours"
(cd "$TOP" && find include kernel lib tools/testing/dma-coherent-handle -name '*.[ch]' \
	! -path '*/checks/*' ! -path '*/tests/*' ! -name '*-test.c' ! -name edu_mmap.c \
	-exec cp --parents {} "$ours" \;)
# shellcheck disable=SC2086 # a list of rules
step "$whose rules on our own code" "coccicheck-$TAG-ours" coccicheck report "$ours" $named || exit 1
# The test driver shows what the bare attribute does, too.
if grep -E ':[0-9]+:[0-9]+-[0-9]+: ' "$STEP_LOG" |
   grep -v '_edu[.]c:.* cookie is never used by the CPU: consider a dma_coherent_handle'; then
	printf '  FAIL  there is something to be said of our own code\n'
	rc=1 failed=$((failed + 1))
fi

# unparsed DIR: the functions that spatch can't parse, and passes by in silence.
cat > "$BUILD/parsed.cocci" <<'END'
@r@
iterator name scoped_guard;
attribute name __free;
identifier fn = {dma_alloc_attrs, dma_alloc_coherent, dma_alloc_wc, dmam_alloc_attrs,
		 dmam_alloc_coherent, dma_free_attrs, dma_free_coherent, dma_free_wc,
		 dma_coherent_handle_alloc, dma_coherent_handle_free};
@@
* fn(...)
END
unparsed() {
	cd "$TREE"
	"$SPATCH" --verbose-parsing --sp-file "$BUILD/parsed.cocci" --no-show-diff --no-includes \
		--use-coccigrep --dir "$1"
}
list_unparsed() {
	awk '/^ = File / { at = $3 $5; gsub(/"|,$/, "", at); sub(/",/, ":", at) }
	     /^(bad|BAD)/ { text = text $0; next }
	     text { if (text ~ /dmam?_(alloc|free)_(attrs|coherent|wc)|dma_coherent_handle_/)
			print at
		    text = "" }' "$1" | sed "s|^$TREE/||; s|,|:|; s|:\$||" | sort -u
}

found=$rules
if [ "$fast" = fast ]; then
	found=$(grep -vxE "$SLOW" <<< "$rules")
fi
on_drivers() {
	coccicheck report "$TREE/drivers" "$@" && coccicheck report "$TREE/sound" "$@"
}
# shellcheck disable=SC2086 # a list of rules
step "$(wc -w <<< "$found") of our rules on drivers/ and sound/" "coccicheck-$TAG-drivers" \
	on_drivers $found || exit 1
# shellcheck disable=SC2086
judge "$OVERLAY/check/coccicheck-findings.py" "$VERSION" "$FINDINGS" "$STEP_LOG" $found

step "parsing our own code" "coccicheck-$TAG-parse-ours" unparsed kernel/dma || exit 1
if ! grep -q '^HANDLING: .*coherent_handle' "$STEP_LOG" || list_unparsed "$STEP_LOG" | grep .; then
	printf '  FAIL  spatch cannot parse our own code\n'
	rc=1 failed=$((failed + 1))
fi
if [ "$fast" != fast ]; then
	step "parsing drivers/" "coccicheck-$TAG-parse" unparsed drivers || exit 1
	list_unparsed "$STEP_LOG" | sed 's/^/  note  not parsed, so not checked: /'
fi

printf '%d passed, %d failed\n' $passed $failed
[ $rc = 0 ] && [ $failed = 0 ]
