#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# kunit-dma.sh KERNEL: KUnit tests, on the KUnit DMA device under UML, of what is not ours: drivers
# and libraries. They run on the kernel as it is, then with its bugs mended, and then with each
# misuse of the DMA API planted that kunit-dma/planted has.
#
# A semantic patch in kunit-dma/fixed or kunit-dma/planted says in its first comment which file it
# is for, which cases it mends or has fail, and what is said of each of those: by the device, or by
# the test if only the data are wrong. No other case may fail, and none for another reason. With
# UPDATE=1, what is said goes into the documentation.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"
. "$OVERLAY/lib/newer-tools.sh"
. "$OVERLAY/boot/prove.sh"

KERNEL=${1:?usage: kunit-dma.sh KERNEL}
SAMPLES=$OVERLAY/test/kunit-dma
# Where the tests are in the kernel tree.
DIR=drivers/kunit-dma
TABLE=$OVERLAY/test/results/kunit-dma.csv

need_kernel_build
printf 'KUnit tests of users of the DMA API on Linux %s\n' "$KERNEL"
grafted_source "$KERNEL"
scratch_source drivers mm sound tools
newer_spatch
um_kconfig "$TREE"
out=$BUILD/kunit-dma-$TAG
mkdir -p "$out"

# The tests' place in the tree, where most else is a link to what it's a copy of.
add_tests() {
	local patch

	for patch in "$SAMPLES"/*/*.cocci; do
		renew "$(field "$patch" file)" || return
	done
	mkdir "$SCRATCH/$DIR" &&
		cp "$SAMPLES"/*.[ch] "$SAMPLES/Kbuild" "$SAMPLES/.kunitconfig" "$SCRATCH/$DIR" &&
		sed -i '$a obj-y += '${DIR##*/}/ "$SCRATCH/drivers/Makefile"
}

# renew FILE [CONTENT]: as a new file, or make would not see that it isn't what was compiled last.
renew() {
	cat "${2:-$SCRATCH/$1}" > "$SCRATCH/$1.new" && mv "$SCRATCH/$1.new" "$SCRATCH/$1"
}

# field PATCH NAME: what stands after the name in its first comment. The file has a line of its own.
field() {
	case $2 in
	file) sed -nE '/^@@/q; s|^// ([a-z].*/.*\.c)$|\1|p' "$1" ;;
	*) sed -nE "/^@@/q; s~^// $2: ~~p" "$1" ;;
	esac
}

# apply PATCH: to the file as it is in the tree now. It must change.
apply() {
	local file

	file=$SCRATCH/$(field "$1" file)
	"$SPATCH" --very-quiet --no-includes --iso-file /dev/null --sp-file "$1" "$file" \
		  -o "$file.new" || return
	[ -s "$file.new" ] || { echo "$1 does not apply to $file"; return 1; }
	! cmp -s "$file" "$file.new" || { echo "$1 changes nothing in $file"; return 1; }
	diff -u "$file" "$file.new" || :
	mv "$file.new" "$file"
}

mend() {
	local patch

	for patch in "$SAMPLES"/fixed/*.cocci; do
		apply "$patch" || return
	done
}

# plant PATCH...: and keep what was there.
plant() {
	local patch

	rm -rf "$out/originals"
	for patch; do
		install -D "$SCRATCH/$(field "$patch" file)" \
			   "$out/originals/$(field "$patch" file)" && apply "$patch" || return
	done
}

unplant() {
	local patch

	for patch; do
		renew "$(field "$patch" file)" "$out/originals/$(field "$patch" file)" || return
	done
}

# run: builds and runs the tests. That some fail is for later to judge.
run() {
	rm -f "$out/test.log"
	cd "$SCRATCH" || return
	./tools/testing/kunit/kunit.py run --kunitconfig="$DIR" --arch=um --build_dir="$out" \
		--jobs="$JOBS" "${kconfig[@]}" || [ -s "$out/test.log" ]
}

cases() {
	sed -nE 's/^\s*KUNIT_CASE[A-Z_]*\((\w+).*/\1/p' "$SAMPLES"/*-test.c | sort
}

# The cases in the log that have the result "ok" or "not ok".
with_result() {
	tr -d '\r' < "$out/test.log" |
		sed -nE "s/^(\[[^]]*\] )?    $1 [0-9]+ (\w+)( .*)?\$/\2/p" | sort
}

# matching PATTERNS: the cases that one of them matches.
matching() {
	local name pattern

	for name in $(cases); do
		for pattern in $1; do
			# shellcheck disable=SC2053 # it is a pattern
			[[ $name != $pattern ]] || echo "$name"
		done
	done | sort -u
}

# The first message about a case: the KUnit DMA device's, or else the test's. Offsets in functions
# are left out, since they depend on the compiler.
said() {
	local text

	text=$(sed -nE "s/\r//g; /# $1: (dma_|device )/{s/^.*# $1: //p; q}" "$out/test.log")
	[ -n "$text" ] ||
		text=$(sed -nE "s/\r//g; /# $1: EXPECTATION FAILED/{n; s/^ *//p; q}" "$out/test.log")
	# DMA addresses end with where the memory happens to lie in its page.
	sed -E 's~\+0x[0-9a-f]+/0x[0-9a-f]+~~g; s~0x[0-9a-f]{16}~0x...~g' <<< "$text"
}

passed=0 failed=0 rows=()
good() {
	passed=$((passed + 1))
	printf '  ok    %s\n' "$*"
}
bad() {
	failed=$((failed + 1))
	printf '  FAIL  %s\n' "$*"
}

# judge TITLE PATCH...: all has run, and just those fail that these patches name.
judge() {
	local title=$1 patch name wrong ok=1
	shift

	# A kernel that crashed has not run all.
	wrong=$(comm -3 <({ with_result ok; with_result 'not ok'; } | sort) <(cases) | xargs)
	[ -z "$wrong" ] || { bad "$title: not run, or not in the sources: $wrong"; return; }

	wrong=$(comm -3 <(with_result 'not ok') <(for patch; do
			matching "$(field "$patch" '(fails|mends)')"
		done | sort -u) | xargs)
	[ -z "$wrong" ] || { bad "$title: failed when they should not, or passed: $wrong"; ok=; }

	for patch; do
		if [ -z "$(matching "$(field "$patch" '(fails|mends)')")" ] ||
		   [ -z "$(field "$patch" says)" ]; then
			bad "$title: $(short "$patch") does not say what must fail, and why"
			ok=
		fi
		for name in $(matching "$(field "$patch" '(fails|mends)')"); do
			if ! [[ $(said "$name") =~ $(field "$patch" says) ]]; then
				bad "$title: $name: the device said '$(said "$name")'"
				ok=
			fi
		done
	done
	[ -z "$ok" ] || good "$title: $(with_result ok | wc -l) cases passed," \
			     "$(with_result 'not ok' | wc -l) failed"
	for patch; do
		name=$(matching "$(field "$patch" '(fails|mends)')" | sed -n 1p)
		printf '        %s: %s\n' "$name" "$(said "$name")"
		wrong=$(matching "$(field "$patch" '(fails|mends)')" | wc -l)
		patch=${patch#"$SAMPLES/"}
		rows+=("$VERSION,${patch%.cocci},$wrong,\"$(said "$name")\"")
	done
}

step "putting the tests into a copy of the tree" "kunit-dma-$TAG" add_tests || exit 1
step "building and running them" "kunit-dma-run-$TAG" run || exit 1
if grep -A 3 "$DIR/.*warning: " "$STEP_LOG" | sed -n '1,20s/^/  /p' | grep .; then
	bad "the compiler warned, see $(short "$STEP_LOG")"
fi
judge 'as it is' "$SAMPLES"/fixed/*.cocci
step "mending bugs" "kunit-dma-mend-$TAG" mend || exit 1
step "building and running them" "kunit-dma-mended-$TAG" run || exit 1
judge 'mended'
# A case can pass though the kernel has something to complain about.
if kernel_warnings "$out/test.log" > "$out/warnings"; then
	head -n 10 "$out/warnings" | sed 's/^/  /'
	bad "the kernel warned, see $(short "$out/test.log")"
fi
# Each round plants as many as have neither a file nor a case in common.
left=("$SAMPLES"/planted/*.cocci) round=0
while [ ${#left[@]} != 0 ]; do
	planted=() later=() taken=''
	for patch in "${left[@]}"; do
		touched=$(field "$patch" file; matching "$(field "$patch" fails)")
		if grep -qxF "$touched" <<< "$taken"; then
			later+=("$patch")
		else
			planted+=("$patch")
			taken+=$touched$'\n'
		fi
	done
	left=("${later[@]}") round=$((round + 1))
	names=$(basename -a -s .cocci "${planted[@]}" | xargs)
	if step "planting $names" "kunit-dma-plant-$round-$TAG" plant "${planted[@]}" &&
	   step "building and running them" "kunit-dma-planted-$round-$TAG" run; then
		judge "$names" "${planted[@]}"
	else
		failed=$((failed + 1))
	fi
	cp "$out/test.log" "$out/planted-$round.log"
	unplant "${planted[@]}" || exit 1
done
if [ -n "${UPDATE:-}" ] && [ $failed = 0 ]; then
	# Those of other kernels stay.
	others=$(grep -v "^${VERSION%.*}\." "$TABLE")
	{
		sed -n 1p <<< "$others"
		{ sed 1d <<< "$others"; printf '%s\n' "${rows[@]}"; } | sort -t , -k 1,1V -s
	} > "$TABLE"
fi
printf '%d passed, %d failed\n' $passed $failed
[ $failed = 0 ]
