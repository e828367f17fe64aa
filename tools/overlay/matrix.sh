#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# matrix.sh [PATTERN...]: all that "make check" has no time for, and more: kernels x architectures x
# what is run there. Each cell is one of the scripts beside this one; matrix/cells lists them. Patterns
# choose cells by name, as the shell's do.
#
# What has passed isn't run again, here or after an interruption, unless something has changed since:
# see build/matrix/. Cells run side by side as cores and memory allow, but never two that build the
# same kernel in the same place.
#
# Results: a table, build/matrix/results.ktap and build/matrix/results.xml, which is JUnit's format. With
# UPDATE=1, the documentation's table, too, in which cells that weren't chosen stay as they are.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$OVERLAY/sources.sh"
. "$OVERLAY/newer-tools.sh"

MATRIX=$BUILD/matrix$FLAVOUR
TABLE=$TOP/Documentation/core-api/dma-tests-matrix.csv
# What a cell takes at its worst, in MiB: two links, or a link and a guest.
CELL_MEMORY=4096
EVERY=60

# The names of all cells; of those that are chosen, all there is to know.
all=()
names=() locks=() commands=() state=() keys=()

cell() {
	local name=$1 lock=$2
	shift 2

	all+=("$name")
	chosen "$name" || return 0
	names+=("$name") locks+=("$lock") commands+=("$*") state+=(waiting)
}

skip() {
	all+=("$1")
	chosen "$1" || return 0
	names+=("$1") locks+=('') commands+=('') state+=("skipped: $2")
}

patterns=("$@")
[ $# != 0 ] || patterns=('*')
chosen() {
	local pattern

	for pattern in "${patterns[@]}"; do
		# shellcheck disable=SC2254 # it is a pattern
		case $1 in $pattern) return 0 ;; esac
	done
	return 1
}

# shellcheck source=tools/overlay/matrix/cells
. "$OVERLAY/matrix/cells"
[ ${#names[@]} != 0 ] || die "no cell of tools/overlay/matrix/cells is called ${patterns[*]}"

# fingerprint SCRIPT: what its results are good for: these sources, without what is the business of
# another script alone, and these kernels. No cell has the benchmark, or what checks the sources.
fingerprint() {
	local name others=()

	for name in bench builds check coccicheck convert coverage htmldocs kerneldoc kunit-dma lint \
		    matrix mutants no-harm object-code patch readme sanitizers series sparse test-; do
		[[ $1 == ./$name* ]] || others+=(-path "tools/overlay/$name*" -prune -o)
	done
	for name in '*benchmark*' '*bench.sh' '*bench.config' '*/checks' '__pycache__'; do
		others+=(-path "*/$name" -prune -o)
	done
	(cd "$TOP" && find include kernel lib tools Kbuild Kconfig "${others[@]}" -type f -print0 |
		sort -z | xargs -0 sha256sum
	 echo "$old $new") | sha256sum | cut -d' ' -f1
}

# Fetched and grafted once, not by many cells at a time.
printf 'the matrix: %d cells\n' ${#names[@]}
need_kernel_build
grafted_source 6.12
old=$VERSION
grafted_source latest
new=$VERSION
newer_spatch
export NEWEST=$TREE
mkdir -p "$MATRIX"
declare -A fingerprints=()
for i in "${!names[@]}"; do
	for word in ${commands[$i]}; do
		case $word in
		./*)
			[ -n "${fingerprints[$word]:-}" ] ||
				fingerprints[$word]=$(fingerprint "$word")
			keys[i]="${fingerprints[$word]} ${commands[$i]}"
			;;
		esac
	done
done

memory=$(($(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo) / 1024))
slots=$((JOBS < memory / CELL_MEMORY ? JOBS : memory / CELL_MEMORY))
[ $slots -gt 0 ] || slots=1
jobs=$(((JOBS + slots - 1) / slots))
total=${#names[@]} start=$SECONDS
printf '%d at a time, %d MiB of memory, Linux %s and %s; outputs are in %s\n' $slots "$memory" "$old" \
	"$new" "$(short "$MATRIX")"

# result FILE: what is kept of a cell
result() {
	cat "$MATRIX/${names[$1]}/$2" 2>/dev/null || :
}

# Passed before, with all as it is now?
is_done() {
	[ "$(result "$1" key)" = "${keys[$1]}" ] && [ "$(result "$1" rc)" = 0 ]
}

# begin I: a process group of its own, so that all of it can be stopped.
declare -A running=() began=()
begin() {
	local i=$1 dir=$MATRIX/${names[$1]}

	rm -rf "$dir"
	mkdir -p "$dir/ktap"
	state[i]=running
	began[$i]=$SECONDS
	# shellcheck disable=SC2086 # words
	JOBS=$jobs KTAP_DIR=$dir/ktap setsid env -C "$OVERLAY" ${commands[$i]} \
		> "$dir/out" 2>&1 < /dev/null 9>&- &
	running[$i]=$!
}

# How many cells have ended, and how the latest one has.
ended=0
tell() {
	local i=$1

	ended=$((ended + 1))
	printf '[%*d/%d] %-7s %-34s %s\n' ${#total} $ended "$total" "${state[$i]%%:*}" "${names[$i]}" "$2"
}

finish() {
	local i=$1 rc=$2 dir=$MATRIX/${names[$1]}

	unset "running[$i]"
	tally "$dir/out" "$rc"
	printf '%d %d %d\n' "$tally_passed" "$tally_failed" "$tally_skipped" > "$dir/tally"
	echo $((SECONDS - began[$i])) > "$dir/seconds"
	echo "${keys[$i]}" > "$dir/key"
	# The last, so that what is incomplete doesn't count.
	echo "$rc" > "$dir/rc"
	if [ "$rc" = 0 ]; then
		state[i]=ok
		tell "$i" "$(result "$i" seconds) s"
	else
		state[i]=FAIL
		tell "$i" "$(result "$i" seconds) s; the last lines of $(short "$dir/out"):"
		tail -n 15 "$dir/out" | sed 's/^/        /'
	fi
}

stop() {
	local i

	trap - INT TERM HUP EXIT
	for i in "${!running[@]}"; do
		kill -- "-${running[$i]}" 2>/dev/null || :
		rm -f "$MATRIX/${names[$i]}/rc"
	done
	printf '\nstopped; what has passed will not be run again\n'
	exit 130
}
trap stop INT TERM HUP

# Is there another at work on the same kernel?
is_free() {
	local i

	for i in "${!running[@]}"; do
		[ "${locks[$i]}" != "${locks[$1]}" ] || return 1
	done
}

start_some() {
	local i

	for i in "${!names[@]}"; do
		[ ${#running[@]} -lt $slots ] || return 0
		if [ "${state[$i]}" = waiting ] && is_free "$i"; then
			begin "$i"
		fi
	done
}

progress() {
	local i now=

	for i in "${!running[@]}"; do
		now+=", ${names[$i]} ($((SECONDS - began[$i])) s)"
	done
	printf '        %d s; at work: %s\n' $((SECONDS - start)) "${now#, }"
}

for i in "${!names[@]}"; do
	case ${state[$i]} in
	skipped:*)
		tell "$i" "${state[$i]#*: }"
		;;
	*)
		if is_done "$i"; then
			state[i]=ok
			tell "$i" "passed before, $(result "$i" seconds) s"
		fi
		;;
	esac
done

last=$SECONDS
start_some
while [ ${#running[@]} != 0 ]; do
	sleep 1
	for i in "${!running[@]}"; do
		kill -0 "${running[$i]}" 2>/dev/null && continue
		rc=0
		wait "${running[$i]}" || rc=$?
		finish "$i" $rc
	done
	start_some
	if [ $((SECONDS - last)) -ge $EVERY ] && [ ${#running[@]} != 0 ]; then
		progress
		last=$SECONDS
	fi
done

subtest_begin() {
	printf '    KTAP version 1\n    # Subtest: %s\n    1..%d\n' "$1" "$2"
}

# steps OUTPUT: as a script has printed them.
steps() {
	sed -nE 's/^  ok    (.*), [0-9]+ s$/ok \1/p; s/^  FAIL  (.*)/not ok \1/p' "$1" | tr '#' ' '
}

# ktap LOG NUMBER: the results in a kernel's log, as those of a test within a cell's are.
ktap() {
	local name lines

	name=$(basename "$1" .log)
	lines=$(tr -d '\r' < "$1" | sed -E 's/^\[[^]]*\] //' | awk '
		/^KTAP version 1$/ { on = 1 }
		on && /^ *(KTAP version 1|1\.\.[0-9]+|# Subtest: .*|(not )?ok [0-9]+ .*)$/')
	printf '%s\n' "$lines" | sed "1a # Subtest: $name" | sed 's/^/        /'
	if grep -q '^not ok ' <<< "$lines"; then
		printf '    not ok %d %s\n' "$2" "$name"
	else
		printf '    ok %d %s\n' "$2" "$name"
	fi
}

# One test a cell, with what it has run: KUnit suites, or steps.
write_ktap() {
	local i n=0 log logs dir

	printf 'KTAP version 1\n1..%d\n' "$total"
	for i in "${!names[@]}"; do
		n=$((n + 1))
		case ${state[$i]} in
		skipped:*)
			printf 'ok %d %s # SKIP %s\n' $n "${names[$i]}" "${state[$i]#*: }"
			continue
			;;
		esac
		dir=$MATRIX/${names[$i]}
		logs=("$dir/ktap"/*.log)
		if [ -e "${logs[0]}" ]; then
			subtest_begin "${names[$i]}" ${#logs[@]}
			for log in "${!logs[@]}"; do
				ktap "${logs[$log]}" $((log + 1))
			done
		elif steps "$dir/out" | grep -q .; then
			subtest_begin "${names[$i]}" "$(steps "$dir/out" | wc -l)"
			steps "$dir/out" | awk '{ sub(/ok/, "ok " NR); print "    " $0 }'
		fi
		[ "${state[$i]}" = ok ] || printf 'not '
		printf 'ok %d %s\n' $n "${names[$i]}"
	done
}

write_ktap > "$MATRIX/results.ktap"
rm -f "$MATRIX/results.xml"
"$NEWEST/tools/testing/kunit/kunit.py" parse --junit="$MATRIX/results.xml" "$MATRIX/results.ktap" \
	> "$MATRIX/results.parsed" 2>&1 || [ -s "$MATRIX/results.xml" ] ||
	die "kunit.py cannot read the results, see $(short "$MATRIX/results.parsed")"

printf '\n== Results (%d s)\n' $((SECONDS - start))
passed=0 failed=0 skipped=0
for i in "${!names[@]}"; do
	case ${state[$i]} in
	skipped:*)
		printf '%-6s %-34s %s\n' skip "${names[$i]}" "${state[$i]#*: }"
		skipped=$((skipped + 1))
		continue
		;;
	esac
	read -r p f s < "$MATRIX/${names[$i]}/tally"
	printf '%-6s %-34s %5d passed %3d failed %3d skipped %6d s\n' "${state[$i]}" "${names[$i]}" \
		"$p" "$f" "$s" "$(result "$i" seconds)"
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done
if [ -n "${UPDATE:-}" ]; then
	for i in "${!names[@]}"; do
		case ${state[$i]} in
		skipped:*) echo "${names[$i]},,,\"all: ${state[$i]#*: }\"" ;;
		*) echo "${names[$i]},$(tr ' ' , < "$MATRIX/${names[$i]}/tally")" ;;
		esac
	done > "$MATRIX/rows"
	# Those of the last run, unless chosen now; in the order of matrix/cells.
	touch "$TABLE"
	{
		echo 'cell,passed,failed,skipped'
		for name in "${all[@]}"; do
			grep -h "^$name," "$MATRIX/rows" "$TABLE" | head -n 1 || :
		done
	} > "$TABLE.new"
	mv "$TABLE.new" "$TABLE"
fi
printf 'results as KTAP and JUnit: %s %s\n' "$(short "$MATRIX/results.ktap")" "$(short "$MATRIX/results.xml")"
printf '%d passed, %d failed, %d skipped\n' $passed $failed $skipped
[ $failed = 0 ]
