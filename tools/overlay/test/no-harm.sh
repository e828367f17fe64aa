#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# no-harm.sh KERNEL: what the overlay does to a kernel that doesn't use it. The kernel's own KUnit
# suites, all that UML can run, give the same results on the kernel as it was, with the overlay in
# it, with the fixes of the kernel's own code, too, and with all options on. Without the fixes, and
# with the options off, vmlinux is made of the same objects, byte for byte. All but one: UML has a
# copy of its .config, which is longer by a line for each option that there is.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"
. "$OVERLAY/lib/results.sh"

KERNEL=${1:?usage: no-harm.sh KERNEL}
OUR_TESTS=kernel/dma/tests
OURS='(dma_coherent_handle\w*|dma_no_mapping|dma_debug|kunit_dma\w*)'
# Fewer than this is no run of all tests.
CASES_MIN=1000
# Nor is this a kernel.
OBJECTS_MIN=500

need_kernel_build
printf "the kernel's own KUnit suites, and the objects of vmlinux, before and after: Linux %s\n" \
	"$KERNEL"
grafted_source "$KERNEL"

# One tree, first without the overlay and then with it: paths end up in vmlinux.
tree=$BUILD/scratch/no-harm-$TAG
out=$BUILD/no-harm-$TAG
rm -rf "$out"
mkdir -p "$out" "$BUILD/scratch"
export KBUILD_BUILD_TIMESTAMP='Thu Jan  1 00:00:00 UTC 1970' KBUILD_BUILD_VERSION=1
export KBUILD_BUILD_USER=no-harm KBUILD_BUILD_HOST=no-harm

um_kconfig "$PRISTINE"
# As it was: the overlay adds our options.
ALL_TESTS=$PRISTINE/tools/testing/kunit/configs/all_tests.config

# What our suites want of the kernel all three have, or a test of its own that wants it, too, would
# be skipped on two of them.
common=$out/common.config
grep -vE '^CONFIG_(DMA_COHERENT_HANDLE|DMA_KUNIT_TEST|KUNIT_DMA)' "$TOP/$OUR_TESTS/.kunitconfig" \
	> "$common"

# run NAME DIRECTORY KUNIT_ARGS...: that a test of the kernel's own fails is for compare() to judge.
run() (
	local name=$1 dir=$out/$2
	shift 2

	mkdir -p "$dir"
	rm -f "$dir/test.log"
	cd "$tree" || return
	./tools/testing/kunit/kunit.py run --kunitconfig="$ALL_TESTS" --kunitconfig="$common" \
		"$@" --arch=um \
		--build_dir="$dir" --jobs="$JOBS" "${kconfig[@]}" || [ -s "$dir/test.log" ] ||
		return
	cp "$dir/test.log" "$out/$name.log"
	size -A -d "$dir/vmlinux" | awk 'NF == 3 && $2 > 0 { print $1, $2 }' > "$out/$name.sizes"
	(cd "$dir" && ar t vmlinux.a | sort -u | xargs sha256sum) > "$out/$name.objects"
)

# A line for each case: the names that lead to it, and its result.
results() {
	kunit_results "$1" | awk -F '\t' '{ print $1 ": " $2 ": " ($3 == "" ? "" : $3 ": ") $4 }' |
		sort
}

# Ours are not among the kernel's own.
others() {
	results "$out/$1.log" | grep -vE "^$OURS: "
}

# compare NAME: with how it was before.
compare() {
	others before > "$out/before.results"
	others "$1" > "$out/$1.results"
	diff "$out/before.results" "$out/$1.results" | grep '^[<>]' || :
	wc -l < "$out/$1.results"
	cmp "$out/before.results" "$out/$1.results" &&
		[ "$(wc -l < "$out/$1.results")" -ge $CASES_MIN ]
}

compare_objects() {
	local others

	wc -l < "$out/off.objects"
	others=$(diff "$out/before.objects" "$out/off.objects" |
		sed '/^[<>]/!d; / arch\/um\/kernel\/config\.o$/d') || :
	printf '%s\n' "$others"
	[ -z "$others" ] && [ "$(wc -l < "$out/off.objects")" -ge $OBJECTS_MIN ]
}

ran_ours() {
	results "$out/on.log" | grep -E "^$OURS: "
}

passed=0 failed=0
check() {
	if step "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
}

step "copying the kernel as it was" "no-harm-copy-$TAG" copy_tree "$PRISTINE" "$tree" || exit 1
step "building and running all tests, as it was" "no-harm-before-$TAG" run before off || exit 1
step "putting the overlay into it" "no-harm-graft-$TAG" "${GRAFT[@]}" --stock "$tree" || exit 1
# What the overlay has added a line to is built anew, whatever make thinks.
rm -rf "$out/off/kernel/dma" "$out/off/lib/kunit" "$out/off"/vmlinux*
# KUNIT_ALL_TESTS turns our tests on, and then there is no prompt to turn them off.
ours=$tree/kernel/dma/Kconfig
cp -p "$ours" "$ours.keep"
sed -i '/^config DMA_KUNIT_TEST$/,/^config /s/default KUNIT_ALL_TESTS/default n/' "$ours"
step "building and running all tests, options off" "no-harm-off-$TAG" run off off || exit 1
mv "$ours.keep" "$ours"
! grep -E '^CONFIG_(DMA_KUNIT_TEST|KUNIT_DMA|DMA_COHERENT_HANDLE)' "$out/off/.config" ||
	die "these options were not off"
step "putting the fixes into it, too" "no-harm-fixes-$TAG" "${GRAFT[@]}" "$tree" || exit 1
step "building and running all tests, with the fixes" "no-harm-fixed-$TAG" run fixed off || exit 1
step "building and running all tests, options on" "no-harm-on-$TAG" run on on \
	--kunitconfig="$OUR_TESTS" || exit 1

check "same results with the options off" "no-harm-compare-off-$TAG" compare off
check "same objects with the options off" "no-harm-objects-$TAG" compare_objects
check "same results with the fixes" "no-harm-compare-fixed-$TAG" compare fixed
check "same results with the options on" "no-harm-compare-on-$TAG" compare on
check "our own suites ran, too, with the options on" "no-harm-ours-$TAG" ran_ours

count() {
	grep -c ": $2\$" "$out/$1.results" || :
}

# The table
rows() {
	local name what

	for name in before off fixed on; do
		case $name in
		before) what='as it was' ;;
		fixed) what='grafted with the fixes' ;;
		*) what="grafted; options $name" ;;
		esac
		printf '%s,%s,%d,%d,%d,%d,%d\n' "$VERSION" "$what" "$(count $name ok)" \
			"$(count $name FAILED)" "$(count $name skipped)" \
			$(($(results "$out/$name.log" | wc -l) - $(wc -l < "$out/$name.results"))) \
			"$(awk '{ n += $2 } END { print n }' "$out/$name.sizes")"
	done
}
printf '\n'
{
	echo "Linux,the kernel's own cases:,ok,failed,skipped,our own,vmlinux"
	rows
} | column -s , -t | sed 's/^/  /'
printf '%d passed, %d failed\n' $passed $failed
[ $failed = 0 ]
