#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# sanitizers.sh [KERNEL] [NAME...]: the KUnit suites and the demo on x86_64, while the kernel's
# sanitizers watch; allocations that fail; and races. All of it, or what is named.
#
# That nothing was reported says nothing about a sanitizer that was not on, or that looked
# elsewhere. So each of them is also given a bug to find, in a boot of its own, and must report it.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"
. "$OVERLAY/lib/results.sh"
. "$OVERLAY/boot/qemu-kernel.sh"
. "$OVERLAY/boot/prove.sh"

SCRIPTS=$OVERLAY/boot/guests
KERNEL=${1:-latest}
shift || :
NAMES=("$@")
KNOWN='kasan ubsan kmemleak lockdep atomic-sleep dma-debug pagealloc poison init_on_alloc kcsan'
KNOWN+=' faults races races-kcsan'

SUITES=(kernel/dma/tests lib/kunit/dma-test.c lib/kunit/dma-example-test.c)
GUESTS=(direct iommu)
# Two of the suites warn on purpose.
KUNIT='kunit.enable=1 kunit.autorun=1 panic_on_warn=0'
QUICK='dma_coherent_handle_edu.quick=1'
# Seconds that a guest may take.
LIMIT=${LIMIT:-1800}
# On a host with more guests than cores, a CPU can starve for a minute. That is no stall.
SLOW='rcupdate.rcu_cpu_stall_timeout=300'

passed=0 failed=0
table=()
# Of each configuration that was run: "ok" or why not, what KUnit counted, seconds.
declare -A verdict=() counted=() took=()

# check_kunit LOG NAME: adds to $p, $f, $s
check_kunit() {
	local log=$1 passed=0 failed=0 skipped=0

	keep_ktap "$log" "$2"
	"$TREE/tools/testing/kunit/kunit.py" parse "$log" > "$log.parsed" 2>&1 ||
		complain "kunit.py parse failed, see $(short "$log.parsed")"
	grep -E '\[(FAILED|CRASHED)\]' "$log.parsed" | head -n 4 || :
	kunit_counts "$log" passed failed skipped || { complain "no test was run"; return; }
	p=$((p + passed)) f=$((f + failed)) s=$((s + skipped))
	compare_cases "$log" "${SUITES[@]}" || bad=1
}

# boot NAME KERNEL_ARGS: what demo.sh does, on the kernel and with the arguments of a configuration
boot() {
	local name=$1 append=$2

	rm -rf "${LOGS:?}/$name"
	mkdir -p "$LOGS/$name"
	"$TOP/$DEMO/run.sh" -w "$LOGS/$name" -t "$LIMIT" -a "log_buf_len=8M $SLOW $append" \
		"${run_args[@]}" "$out/arch/x86/boot/bzImage" "${modules[@]}"
}

# boot_clean NAME: a configuration, which must be free of reports. Leaves what KUnit counted in
# NAME/counts.
boot_clean() {
	local name=$1 guest log proof p=0 f=0 s=0 bad=0

	boot "$name" "$KUNIT $append" || complain "run.sh is not content"
	for guest in "${GUESTS[@]}"; do
		log=$LOGS/$name/$guest.txt
		tr -d '\r' < "$LOGS/$name/$guest.log" > "$log"
		prove_built "$log" "$out/vmlinux"
		check_kunit "$log" "sanitizers-$TAG-$name-$guest"
		if kernel_warnings "$log" > "$log.warnings"; then
			head -n 4 "$log.warnings"
			complain "$guest: the kernel had something to report"
		fi
		for proof in "${proofs[@]}"; do
			grep -E -m 1 "$proof" "$log" ||
				complain "$guest: the log doesn't have: $proof"
		done
	done
	printf '%d %d %d\n' "$p" "$f" "$s" > "$LOGS/$name/counts"
	return $bad
}

# boot_planted NAME BUG REPORT: the first report must be that one, in both guests. There is no demo,
# only what comes after it, and before the modules are removed.
boot_planted() {
	local name=$1 bug=$2 report=$3 guest log first bad=0
	local -a modules=("$out/demo/planted_bugs.ko" "${modules[@]}")
	local -a run_args=("${run_args[@]}" -x "$LOGS/planted.sh")

	echo check_memory_leaks > "$LOGS/planted.sh"
	! boot "$name" "$QUICK planted_bugs.bug=$bug $append" || complain "run.sh noticed nothing"
	for guest in "${GUESTS[@]}"; do
		log=$LOGS/$name/$guest.log
		# kmemleak says how many leaks there are before anyone asks which.
		first=$(kernel_warnings "$log" | grep -v 'kmemleak: .* suspected memory leaks' |
			head -n 1 | sed 's/^[0-9]*://; s/\r//') || :
		grep -qE "$report" <<< "$first" ||
			complain "$guest: expected: $report; the first report was: ${first:-none}"
	done
	printf '%s\n' "$first" > "$LOGS/$name/report"
	return $bad
}

# kernel VARIANT: once. Sets $out and modules, which are there if it returns 0.
declare -A built=()
kernel() {
	local variant=$1

	out=$BUILD/x86_64-$variant-$TAG
	modules=("$out/demo/dma_coherent_handle_edu.ko")
	[ -z "${built[$variant]:-}" ] || return "${built[$variant]}"
	built[$variant]=1
	qemu_kernel "x86_64-$variant" '' bzImage modules || return
	mkdir -p "$out/demo"
	cp "$TOP/$DEMO/Kbuild" "$TOP/$DEMO"/*.c "$SCRIPTS/planted_bugs.c" "$out/demo/"
	echo 'obj-m += planted_bugs.o' >> "$out/demo/Kbuild"
	step "building the driver, $variant" "build-driver-$variant-$TAG" \
		make_kernel M="$out/demo" modules || return
	built[$variant]=0
}

# Sets what a configuration is: the kernel, its command line, how run.sh runs it, what its log must
# have.
config() {
	local script=

	# The allocator keeps, of what it has given out, addresses in places where kmemleak takes
	# them for references. Not if it is to be debugged.
	variant=kasan append=slab_debug=F run_args=() proofs=()
	case $1 in
	debug)
		proofs=('KernelAddressSanitizer initialized' 'Lock dependency validator'
			'kmemleak: Kernel memory leak detector initialized'
			'kmemleak has found nothing' 'DMA-API: debugging enabled by kernel config')
		;;
	poison)		append+=' page_poison=1' ;;
	init)
		append+=' init_on_alloc=1 debug_pagealloc=on'
		proofs=('heap alloc:on' 'stale bytes in free memory: 0 of')
		;;
	faults)
		# dma-debug gives up when an allocation of its own fails.
		script=init-faults.sh append+=' dma_debug=off' run_args+=(-p "$SCRIPTS/edu_faults.c")
		proofs=('^    ok [0-9]+ memory_fails_on_dma_direct$'
			'^    ok [0-9]+ memory_fails_on_kunit_dma$')
		;;
	races)		script=init-races.sh ;;
	kcsan)		variant=kcsan append='' ;;
	races-kcsan)	variant=kcsan append='' script=init-races.sh ;;
	esac
	[ -z "$script" ] || run_args+=(-x "$SCRIPTS/$script")
	case $1 in
	*kcsan) proofs+=('kcsan: enabled early') ;;
	esac
	case $1 in
	kcsan | races*)
		run_args+=(-s 2)
		proofs+=('smp: Brought up 1 node, 2 CPUs')
		;;
	esac
	case $1 in
	races*) append+=" $QUICK" ;;
	esac
}

# clean CONFIGURATION: once, however many rows want to know
clean() {
	local name=$1 start=$SECONDS

	config "$name"
	kernel "$variant" || :
	[ -z "${verdict[$name]:-}" ] || return 0
	verdict[$name]=FAIL counted[$name]='- - -' took[$name]=0
	[ "${built[$variant]}" = 0 ] || return 0
	if step "$name: must be free of reports" "sanitizers-$TAG-$name" boot_clean "$name"; then
		verdict[$name]=ok
	fi
	counted[$name]=$(cat "$LOGS/$name/counts" 2>/dev/null || echo - - -)
	took[$name]=$((SECONDS - start))
}

wanted() {
	[ ${#NAMES[@]} = 0 ] || [[ " ${NAMES[*]} " == *" $1 "* ]]
}

print_row() {
	printf '%-6s %-13s %-8s %6s %6s %7s  %-7s %5s  %7s  %s\n' "$@"
}

# line RESULT NAME CONFIGURATION SECONDS TEXT
line() {
	local counts text

	text=$(sed -E 's/^(.{96}).*/\1.../' <<< "$5")
	read -ra counts <<< "${counted[$3]}"
	if [ "$1" = ok ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
	fi
	table+=("$(print_row "$1" "$2" "$VERSION" "${counts[@]}" "${verdict[$3]}" "${took[$3]} s" \
		"$4" "$text")")
}

# row NAME CONFIGURATION BUG REPORT: a sanitizer
row() {
	local name=$1 start result text='nothing was planted'

	wanted "$name" || return 0
	clean "$2"
	start=$SECONDS
	result=${verdict[$2]}
	if [ "${built[$variant]}" = 0 ]; then
		step "$name: must report a planted bug" "sanitizers-$TAG-$name-planted" \
			boot_planted "$name-planted" "$3" "$4" || result=FAIL
		text=$(cat "$LOGS/$name-planted/report" 2>/dev/null) || :
	fi
	line "$result" "$name" "$2" "$((SECONDS - start)) s" "${text:-no report}"
}

# Here nothing reports. That it is on shows in what free memory holds.
row_init_on_alloc() {
	local log text result

	wanted init_on_alloc || return 0
	clean debug
	clean init
	result=${verdict[init]}
	log=$LOGS/debug/direct.log
	text=$(grep -m 1 -oE 'stale bytes in free memory: [1-9][0-9]* of [0-9]+' \
		"$log") || result=FAIL
	line "$result" init_on_alloc init - "off: ${text:-no stale bytes}"
}

# row_told NAME CONFIGURATION WHAT: what the guest says of what it has done
row_told() {
	local text

	wanted "$1" || return 0
	clean "$2"
	text=$(grep -ohE "$3" "$LOGS/$2"/*.log | tr -d '\r' | paste -sd ';') || :
	line "${verdict[$2]}" "$1" "$2" - "${text:-nothing}"
}

for name in "${NAMES[@]}"; do
	[[ " $KNOWN " == *" $name "* ]] || die "SANITIZERS=$name: expected one or more of: $KNOWN"
done

need_kernel_build
need busybox-static cpio qemu-system-x86
printf 'Sanitizers on Linux %s\n' "$KERNEL"
grafted_source "$KERNEL"
LOGS=$BUILD/sanitizers/$TAG

row kasan debug kasan 'BUG: KASAN: slab-use-after-free in plant_kasan'
row ubsan debug ubsan 'UBSAN: array-index-out-of-bounds in .*planted_bugs.c'
row kmemleak debug kmemleak 'unreferenced object .* plant_one_leak'
row lockdep debug lockdep 'WARNING: possible circular locking dependency detected'
row atomic-sleep debug atomic-sleep 'BUG: sleeping function called from invalid context'
row dma-debug debug dma-debug \
	'DMA-API: .* device driver frees DMA memory with different size'
row pagealloc init use-after-free 'BUG: unable to handle page fault for address'
row poison poison use-after-free 'pagealloc: memory corruption'
row_init_on_alloc
row kcsan kcsan kcsan 'BUG: KCSAN: data-race in '
row_told faults faults '(bind|use|unbind): each of .*'
row_told races races '[0-9]+ rounds .*'
row_told races-kcsan races-kcsan '[0-9]+ rounds .*'

printf '\n'
# Of the KUnit suites; of the boot that must be free of reports; of the one with a bug.
print_row '' '' Linux passed failed skipped clean '' planted 'first report, or what was done'
printf '%s\n' "${table[@]}"
printf '%d passed, %d failed\n' $passed $failed
[ $failed = 0 ] && [ $passed != 0 ]
