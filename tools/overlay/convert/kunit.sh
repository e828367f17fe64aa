#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# convert/kunit.sh KERNEL: KUnit tests of drivers that convert.sh fixes and converts, on the KUnit
# DMA device under UML: on the drivers as they were, with the fixes, and converted.
#
# convert/tests/NAME-test.c belongs to convert/drivers/NAME.msg and includes the driver's own file.
# Its KUNIT_CASE_FIXED() is for a bug that is fixed: before, those cases must fail and all others
# pass. With the fixes all must pass, and converted as well.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"
. "$OVERLAY/boot/prove.sh"

KERNEL=${1:?usage: convert/kunit.sh KERNEL}
TESTS=$OVERLAY/convert/tests
# Where the tests are in the kernel tree.
DIR=drivers/convert-kunit

need_kernel_build
printf 'KUnit tests of converted drivers of Linux %s\n' "$KERNEL"
grafted_source "$KERNEL"
scratch_source drivers tools

converted=$BUILD/convert-$TAG
out=$BUILD/convert-kunit-$TAG
mapfile -t tests < <(cd "$TESTS" && ls -- *-test.c)
step "converting drivers" "convert-kunit-convert-$TAG" "$OVERLAY/convert/convert.sh" --no-build "$KERNEL" \
	"${tests[@]%-test.c}" || exit 1
mkdir -p "$out"

# A driver that this kernel doesn't have isn't tested.
drivers=() names=()
for driver in "${tests[@]%-test.c}"; do
	if ! grep -qP "^DONE\t$driver\t" "$converted/results"; then
		printf '  note  %s has not been converted\n' "$driver"
		continue
	fi
	drivers+=("$driver")
	option=${driver^^}
	names+=("${option//-/_}")
done
[ ${#drivers[@]} != 0 ] || die "there is no test of any driver that has been converted"

# The tests' place in the tree, where all but drivers/ and tools/ is a link to what it's a copy of.
plant() {
	cp -r "$TESTS" "$SCRATCH/$DIR" || return
	sed -i '$a source "'$DIR'/Kconfig.drivers"' "$SCRATCH/drivers/Kconfig" || return
	sed -i '$a obj-y += '${DIR##*/}/ "$SCRATCH/drivers/Makefile" || return
	printf 'CONFIG_CONVERT_KUNIT_%s=y\n' "${names[@]}" >> "$SCRATCH/$DIR/.kunitconfig"
}

# put before|fixed|main: the drivers as they were, with the fixes, or converted. As new files, all
# of them: what has been built is of another state.
put() (
	export GIT_DIR=$converted/git GIT_WORK_TREE=$SCRATCH GIT_INDEX_FILE=$out/index GIT_CONFIG_NOSYSTEM=
	rm -f "$GIT_INDEX_FILE"
	git read-tree "$1" && cd "$SCRATCH" && git checkout-index -a -f
)

# run before|fixed|main: builds and runs the tests. That some fail is for later to judge.
run() {
	rm -f "$out/test.log"
	put "$1" || return
	cd "$SCRATCH" || return
	./tools/testing/kunit/kunit.py run --kunitconfig="$DIR" --arch=um --build_dir="$out" \
		--jobs="$JOBS" "${kconfig[@]}" || [ -s "$out/test.log" ]
}

um_kconfig "$TREE"

# The cases in the sources: KUNIT_CASE, or KUNIT_CASE_FIXED, and the name.
cases() {
	(cd "$SCRATCH/$DIR" && sed -nE 's/^\s*(KUNIT_CASE[A-Z_]*)\((\w+).*/\1 \2/p' "${drivers[@]/%/-test.c}")
}

# The cases in a log: ok or not ok, and the name. Some kernels print the time first.
results() {
	[ ! -e "$1" ] || tr -d '\r' < "$1" |
		sed -nE 's/^(\[[^]]*\] )?    (not ok|ok) [0-9]+ (\w+)( .*)?$/\3 \2/p'
}

step "putting the tests into a copy of the tree" "convert-kunit-$TAG" plant || exit 1
declare -A was=()
passed=0 failed=0 wrong=() bugs=()
for when in before fixed main; do
	step "building and running them: $when" "convert-kunit-$when-$TAG" run "$when" || exit 1
	cp "$out/test.log" "$out/$when.log"
	if grep -A 3 "$DIR/.*warning: " "$STEP_LOG" | sed -n '1,20s/^/  /p' | grep .; then
		printf '  FAIL  the compiler warned, see %s\n' "$(short "$STEP_LOG")"
		failed=$((failed + 1))
	fi
	while read -r name result; do
		was[$name]+=" ${result/not ok/FAILED}"
	done < <(results "$out/$when.log")
done

printf '\n  %-40s %s\n' case 'before fixed converted'
while read -r macro name; do
	expected=ok verdict=
	[ "$macro" != KUNIT_CASE_FIXED ] || expected=FAILED
	if [ "${was[$name]-}" = " $expected ok ok" ]; then
		passed=$((passed + 1))
		[ $expected = ok ] || bugs+=("$name")
	else
		failed=$((failed + 1))
		wrong+=("$name")
		verdict="  FAIL: expected $expected ok ok"
	fi
	printf '  %-40s%s%s\n' "$name" "${was[$name]-}" "$verdict"
	unset "was[$name]"
done < <(cases)
for name in "${!was[@]}"; do
	printf '  FAIL  %s is in none of the sources\n' "$name"
	failed=$((failed + 1))
done

# The first that the KUnit DMA device had to say of a case, or else KUnit.
complaint() {
	grep -m 1 "# $1: dma_" "$2" | sed 's/^.*# /    /' && return
	awk -v name="# $1: " '
		/^(\[[^]]*\] )? *(#|ok|not ok) / { if (last) exit }
		last || (index($0, name) && /FAILED/) { last = $0; sub(/^ */, "", last) }
		END { if (last) print "    " substr(name, 3) last }' "$2"
}
printf '\n  what the drivers did before:\n'
for name in "${bugs[@]}"; do
	complaint "$name" "$out/before.log"
done
[ ${#wrong[@]} = 0 ] || printf '\n  what they should not have done:\n'
for name in "${wrong[@]}"; do
	for when in before fixed main; do
		complaint "$name" "$out/$when.log" | sed "s/^   /  $when/"
	done
done
for when in before fixed main; do
	# The last that ran has brought down the kernel.
	if grep -q 'Kernel panic' "$out/$when.log"; then
		tail -n 40 "$out/$when.log" | sed "s/^/  $when: /"
		printf '  FAIL  the kernel has crashed, see %s\n' "$(short "$out/$when.log")"
		failed=$((failed + 1))
	fi
done

# A case can pass though the kernel has something to complain about.
for when in before fixed main; do
	kernel_warnings "$out/$when.log" > "$out/$when.warnings" || continue
	head -n 10 "$out/$when.warnings" | sed 's/^/  /'
	printf '  FAIL  the kernel warned, see %s\n' "$(short "$out/$when.log")"
	failed=$((failed + 1))
done
printf '%d passed, %d failed\n' $passed $failed
[ $failed = 0 ]
