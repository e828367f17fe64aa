#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# builds.sh KERNEL: compiles our files with the compiler's warnings of W=1 and W=2, by gcc and by
# clang, and in many configurations: each of our options at each of its values, all options off, all
# a module, and random ones. No warning may be of ours, be it the compiler's or Kconfig's.
#
# Our directories are compiled and nothing else, under UML, which can be with DMA and without. Nor
# is it linked: what KUnit runs on is. In the same run there is a file with warnings, and an option
# that selects one whose dependencies aren't met. They must be reported, or nothing has checked.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"

# Linux wants 17 or newer. Debian 12 has this one.
CLANG=19
SEEDS=6
DRIVER=tools/testing/dma-coherent-handle

need_kernel_build
need clang-$CLANG lld-$CLANG llvm-$CLANG
printf 'builds of Linux %s\n' "$1"
grafted_source "$1"
scratch_source kernel

# Our options, and what they interact with: what they depend on or select, what the code looks at.
kconfigs() {
	(cd "$TOP" && git ls-files -co --exclude-standard '*/Kconfig' | xargs cat)
}
mapfile -t OPTIONS < <(kconfigs | sed -nE 's/^config (\w+)$/\1/p')
mapfile -t TRISTATES < <(kconfigs | sed -nE '/^config /h; /^\ttristate/{x;s/^config //p}')
OTHERS=(MODULES DEBUG_ATOMIC_SLEEP DEBUG_KERNEL KUNIT KUNIT_ALL_TESTS KUNIT_DEBUGFS KUNIT_UML_PCI
	UML_PCI_OVER_VIRTIO DEBUG_FS DMA_API_DEBUG KALLSYMS)

# set_out NAME [TOOLCHAIN...]: where to build, by what.
set_out() {
	out=$BUILD/builds-$1-$TAG
	shift
	toolchain=("$@")
	mkdir -p "$out"
	# What has all that we have. Frame pointers, which our debugging wants, are always on: with
	# each change of theirs everything is compiled anew.
	cat "$TREE/tools/testing/kunit/configs/arch_uml.config" \
		"$TREE/kernel/dma/tests/.kunitconfig" - > "$out/base" <<-END
		CONFIG_64BIT=y
		CONFIG_BUG=y
		CONFIG_FRAME_POINTER=y
		CONFIG_MODULES=y
		CONFIG_PRINTK=y
	END
}

# The files are hard links, which sed -i replaces.
plant() {
	cat > "$SCRATCH/kernel/dma/planted.c" <<-'END'
		int planted(int value);
		int planted(int value)
		{
			int unused = value;		/* W=1 */

			unused = value + 1;
			{
				int value = 2;		/* W=2 */

				return value;
			}
		}
	END
	cat > "$SCRATCH/kernel/dma/planted_user.c" <<-'END'
		#include <linux/dma-coherent-handle.h>

		int planted_user(struct device *dev, struct dma_coherent_handle *handle);
		int planted_user(struct device *dev, struct dma_coherent_handle *handle)
		{
			return dma_coherent_handle_alloc(dev, handle, 1, GFP_KERNEL);
		}
	END
	sed -i -e '$a obj-$(CONFIG_DMA_COHERENT_HANDLE_PLANTED) += planted.o' \
		-e '$a obj-$(CONFIG_DMA_COHERENT_HANDLE_PLANTED_USER) += planted_user.o' \
		"$SCRATCH/kernel/dma/Makefile"
	sed -i '$r /dev/stdin' "$SCRATCH/kernel/dma/Kconfig" <<-'END'

		config DMA_COHERENT_HANDLE_PLANTED
			bool "Planted"
			select DMA_COHERENT_HANDLE_UNMET

		config DMA_COHERENT_HANDLE_UNMET
			bool
			depends on BROKEN

		config DMA_COHERENT_HANDLE_PLANTED_USER
			bool "A driver, as far as Kconfig is concerned"
			select DMA_COHERENT_HANDLE
	END
}

make_um() {
	make -C "$SCRATCH" O="$out" ARCH=um "${toolchain[@]}" -j"$JOBS" "$@"
}

# Linux 6.12 leaves the list of modules as it was, if there are none now.
build() {
	rm -f "$out"/{kernel/dma,lib/kunit}/modules.order
	make_um W=12 kernel/dma/ lib/kunit/
}

value_of() {
	local value

	value=$(sed -n "s/^CONFIG_$1=//p" "$out/.config")
	printf '%s\n' "${value:-n}"
}

# configure TARGET FILE [OPTION=VALUE...]: what is in the file, but for these options, and with what
# is planted off.
configure() {
	local target=$1 option
	cp "$2" "$out/asked"
	shift 2

	for option in DMA_COHERENT_HANDLE_PLANTED=n "$@"; do
		sed -i "/CONFIG_${option%%=*}[ =]/d" "$out/asked"
		printf 'CONFIG_%s\n' "$option" >> "$out/asked"
	done
	printf 'CONFIGURE %s %s\n' "$target" "$*"
	make_um KCONFIG_ALLCONFIG="$out/asked" "$target" || return
	# What can't be had is dropped without a word.
	for option; do
		[ "$(value_of "${option%%=*}")" = "${option#*=}" ] || {
			printf 'error: %s was asked for\n' "$option"
			return 1
		}
	done
}

# Whether what is on was built, and nothing else. Without DMA, there are but stubs.
check_built() {
	local option object module built wanted

	while read -r option object module; do
		built=n
		! grep -qxF "${module:=$object}" "$out/${module%/*}/modules.order" 2>/dev/null ||
			built=m
		! ar t "$out/${object%/*}/built-in.a" 2>/dev/null | grep -F "$object" > /dev/null ||
			built=y
		wanted=$(value_of "$option")
		[ "$(value_of HAS_DMA)" = y ] || wanted=n
		[ "$wanted" = "$built" ] || {
			printf 'error: %s is %s, but %s was built as %s\n' "$option" \
				"$(value_of "$option")" "$object" "$built"
			return 1
		}
	done <<-END
		DMA_COHERENT_HANDLE kernel/dma/coherent_handle.o
		KUNIT_DMA lib/kunit/dma.o lib/kunit/kunit-dma.o
		KUNIT_DMA_KUNIT_TEST lib/kunit/dma-test.o
	END
}

# The compiler's warnings, of our files, and all of Kconfig's: the kernel has none of its own.
warnings() {
	local ours

	# The driver's are without a path.
	ours=$(cd "$TOP" && git ls-files -co --exclude-standard '*.[ch]' | sed "s|^$DRIVER/||"
	       printf '%s\n' planted.c planted_user.c planted_driver.c)
	grep -E ': (warning|error): ' "$STEP_LOG" | grep -F "${ours//$'\n'/:$'\n'}:" |
		sed -E 's|^[^ :]*/||'
	grep -E '^WARNING: |^[^ ]*(onfig|asked):[0-9]+:|^error: ' "$STEP_LOG" || :
}

rc=0
# clean TITLE NAME COMMAND...: a step that must succeed, and not warn of anything.
clean() {
	step "$1" "builds-$2-$TAG" "${@:3}" || { rc=1; return; }
	if warnings | sort -u | grep .; then
		printf '  FAIL  %s: warnings\n' "$1"
		rc=1
	fi
}

all_warnings() {
	local driver=$out/driver

	configure allnoconfig "$out/base" DMA_COHERENT_HANDLE_PLANTED=y "${OPTIONS[@]/%/=y}" &&
		build && check_built || return
	# The driver is for a module of its own.
	rm -rf "$driver"
	mkdir -p "$driver"
	cp "$TOP/$DRIVER/Kbuild" "$TOP/$DRIVER"/dma_*.c "$driver" &&
		cp "$SCRATCH/kernel/dma/planted.c" "$driver/planted_driver.c" &&
		make_um W=12 M="$driver" dma_coherent_handle_edu.o planted_driver.o
}

PLANTED="WARNING: unmet direct dependencies detected for DMA_COHERENT_HANDLE_UNMET
planted.c:4: unused-but-set-variable
planted.c:8: shadow
planted_driver.c:4: unused-but-set-variable
planted_driver.c:8: shadow"

# Like clean, but what is planted must be seen, of Kconfig and both warning levels.
dirty() {
	step "$1" "builds-$2-$TAG" "${@:3}" || { rc=1; return; }
	if ! diff <(sort <<< "$PLANTED") <(warnings | sed -E \
			's/^(planted.*:[0-9]+):[0-9]+: warning: .*\[-W(.*)\]/\1: \2/' |
			sort -u); then
		printf '  FAIL  %s: did not warn of what was planted (<), or of more (>)\n' "$1"
		rc=1
	fi
}

# All at y is what all_warnings() has. To configure takes longer than to build what changes.
each_value() {
	local option

	for option in "${OPTIONS[@]}"; do
		configure allnoconfig "$out/base" "$option=n" && build && check_built || return
	done
	configure allnoconfig "$out/base" "${TRISTATES[@]/%/=m}" && build && check_built
}

# 32 bits would take another C library. With -Werror, some of the kernel's own warnings would end
# it. Headers for user space take longer than all the rest.
all_of_a_kind() {
	printf 'CONFIG_64BIT=y\nCONFIG_WERROR=n\nCONFIG_HEADERS_INSTALL=n\n' > "$out/less"
	configure "$1" "$out/less" && build && check_built
}

# A driver selects our option. On UML, it takes PCI for there to be DMA.
without_dma() {
	printf 'CONFIG_64BIT=y\n' > "$out/less"
	configure allnoconfig "$out/less" HAS_DMA=n DMA_COHERENT_HANDLE_PLANTED_USER=y \
		DMA_COHERENT_HANDLE=y && build && check_built &&
		ar t "$out/kernel/dma/built-in.a" | grep planted_user.o
}

# Every option there is, fixed at what it is in our base, except for those that are to be random.
fix_the_rest() {
	: > "$out/nothing"
	configure allyesconfig "$out/nothing" || return
	sed -nE 's/^(# )?(CONFIG_\w+)(=[ym]| is not set)$/\2/p' "$out/.config" | sort > "$out/all"
	configure allnoconfig "$out/base" || return
	{
		grep CONFIG_ "$out/.config"
		grep -oE 'CONFIG_\w+' "$out/.config" | sort | comm -23 "$out/all" - |
			sed 's/.*/# & is not set/'
	} | grep -vE "$to_be_random" > "$out/fixed"
}

# Of four options, three are on: what depends on several is to be seen, too. Then the configurations
# are built in an order in which one is much like the next.
random() {
	local seed to_be_random

	to_be_random="CONFIG_($(printf '%s|' "${OTHERS[@]}" "${OPTIONS[@]}")_)[ =]"
	fix_the_rest || return
	rm -f "$out"/random-*
	for ((seed = 1; seed <= SEEDS; seed++)); do
		KCONFIG_SEED=$seed KCONFIG_PROBABILITY=75 configure randconfig "$out/fixed" ||
			return
		cp "$out/.config" "$out/random-$seed.config"
		grep -E "$to_be_random" "$out/.config" > "$out/random-$seed"
	done
	for seed in $(order_of_seeds); do
		printf 'BUILD %s\n' "$seed"
		cp "$out/random-$seed.config" "$out/.config"
		build && check_built || return
	done
}

order_of_seeds() {
	local seed option

	for ((seed = 1; seed <= SEEDS; seed++)); do
		for option in "${OTHERS[@]}" "${OPTIONS[@]}"; do
			sed -n "s/^CONFIG_$option=//p" "$out/random-$seed" | grep . || echo n
		done | tr -d '\n'
		printf ' %d\n' "$seed"
	done | sort | cut -d' ' -f2
}

plant
set_out gcc
dirty 'gcc, W=1 and W=2' gcc all_warnings
clean 'each option at each value' values each_value
clean allnoconfig allnoconfig all_of_a_kind allnoconfig
clean 'selected where there is no DMA' no-dma without_dma
clean "$SEEDS random configurations" random random
differ=$(seq -f "$out/random-%g" $SEEDS | xargs -n 1 sha1sum | cut -d' ' -f1 | sort -u | wc -l)
printf '  %d of them differ\n' "$differ"
for option in "${OPTIONS[@]}"; do
	on=$(seq -f "$out/random-%g" $SEEDS | xargs cat | grep -c "^CONFIG_$option=") || :
	printf '  on in %2d of them: %s\n' "$on" "$option"
	[ "$on" != 0 ] && [ "$on" != $SEEDS ] || rc=1
done
[ "$differ" -gt $((SEEDS / 2)) ] || rc=1
clean allmodconfig allmodconfig all_of_a_kind allmodconfig
set_out clang LLVM=-$CLANG
dirty "clang $CLANG, W=1 and W=2" clang all_warnings
exit $rc
