#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# lint.sh KERNEL: those of the kernel's small checkers that need no build: includecheck, headerdep,
# get_maintainer.pl's self-test, parse-maintainers.pl. Then Kconfig options, both ways: each that is
# used is defined, and each that is defined is used. Then our own scripts and the Makefile.
#
# Each checker is given a planted defect as well. What it says must be about that one, and nothing
# else: a checker that says nothing has not checked.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"

need_kernel_build
need shellcheck flake8 mypy
printf 'lint on Linux %s\n' "$1"
grafted_source "$1"
scratch_source MAINTAINERS

PLANTED=$BUILD/lint-$TAG
# The kernel's Kconfig parser is made once: to have it made again does nothing, for some seconds.
CONF=$BUILD/lint-conf-$TAG
FILES=$(cd "$TOP" && git ls-files -co --exclude-standard Documentation include kernel lib scripts \
	tools/testing)
# What the kernel has itself is somebody else's, too.
OWN=$(cd "$TOP" && grep -vxF "$(sed '/^#/d' "$OVERLAY/graft/anchors" | cut -f1)" <<< "$FILES")
ENTRY=$(head -n 1 "$TOP/MAINTAINERS")
# Python that only spatch imports, with types that only spatch knows.
UNTYPED=/test/mutants/place.py:
rm -rf "$PLANTED"
mkdir -p "$PLANTED/kconfig"

ours() {
	grep -E "$1" <<< "$FILES"
}

run_includecheck() {
	printf '#include <linux/device.h>\n#include <linux/device.h>\n' > "$PLANTED/planted.c"
	printf 'WANT %s: linux/device.h is included more than once.\n' "$PLANTED/planted.c"
	cd "$TREE"
	ours '\.[ch]$' | xargs perl scripts/checkincludes.pl "$PLANTED/planted.c" |
		sed '/^No duplicate/d'
}

# It stops at the first cycle, and the kernel's own headers have some. So it only gets to see ours.
run_headerdep() {
	local header

	printf '#include <planted-b.h>\n' > "$PLANTED/planted-a.h"
	printf '#include <planted-a.h>\n' > "$PLANTED/planted-b.h"
	printf 'WANT planted-a.h:1: warning: recursive header inclusion\n'
	cd "$TOP"
	for header in $(ours '^include/.*\.h$') planted-a.h; do
		perl "$TREE/scripts/headerdep.pl" -I "$PLANTED" "${header#include/}" |
			sed '/^  *from/d; /^In file included/d'
	done
}

# Pristine and grafted. What the kernel complains of itself is not ours to mend.
self_test() {
	(cd "$1" && perl scripts/get_maintainer.pl --self-test=sections) |
		sed -E 's/^[^:]*:[0-9]+: //; s/\t/ /g' | sort
}

run_self_test() {
	sed "/^$ENTRY\$/i PLANTED SECTION\nL:	iommu@lists.linux.dev\n" "$TREE/MAINTAINERS" \
		> "$SCRATCH/MAINTAINERS.new" &&
		mv "$SCRATCH/MAINTAINERS.new" "$SCRATCH/MAINTAINERS" || return
	printf 'WANT warning: section without %s PLANTED SECTION\n' 'file pattern' 'status '
	comm -13 <(self_test "$PRISTINE") <(self_test "$SCRATCH")
}

run_maintainer_of() {
	local -a patterns
	local pattern

	printf 'WANT lib/list_sort.c: not in MAINTAINERS as %s\n' "$ENTRY"
	printf 'WANT F: lib/no-such-file.c: matches nothing\n'
	cd "$TOP"
	# In a pattern of git's glob, as in those of MAINTAINERS, * does not match a slash.
	mapfile -t patterns < <(sed -n 's/^F:\t/:(glob)/p' MAINTAINERS)
	# The tests of the DMA core have the entry of the core, the KUnit DMA device that of KUnit.
	printf '%s\n' "$OWN" lib/list_sort.c |
		grep -vE '^kernel/dma/tests/[^c]|^(Documentation/dev-tools|include|lib)/kunit/' |
		sort | comm -23 - <(git ls-files -co --exclude-standard -- "${patterns[@]}" | sort) |
		sed "s/\$/: not in MAINTAINERS as $ENTRY/"
	for pattern in "${patterns[@]#:(glob)}" lib/no-such-file.c; do
		compgen -G "$pattern" > /dev/null || printf 'F: %s: matches nothing\n' "$pattern"
	done
}

# Our entry, and the titles of the ones around it.
entry_in() {
	awk -v entry="$ENTRY" -v RS= -F '\n' '
		found { print $1; exit }
		$1 == entry { found = 1; print last; print; next }
		{ last = $1 }' "$1"
}

run_parse_maintainers() {
	local in

	# The same with its lines upside down.
	awk -v entry="$ENTRY" -v RS= -v ORS='\n\n' -F '\n' '
		$1 == entry { s = $1; for (i = NF; i > 1; i--) s = s "\n" $i; $0 = s }
		{ print }' "$TREE/MAINTAINERS" > "$PLANTED/upside-down"
	printf 'WANT %s is not in order\n' "$PLANTED/upside-down"
	for in in "$TREE/MAINTAINERS" "$PLANTED/upside-down"; do
		(cd "$PLANTED" && perl "$TREE/scripts/parse-maintainers.pl" --order --input="$in" \
			--output=ordered) || return
		diff <(entry_in "$in") <(entry_in "$PLANTED/ordered") > "$PLANTED/order.diff" ||
			printf '%s is not in order\n' "$in"
	done
}

# What our code, makefiles and configurations use, and what our Kconfig files refer to.
used_symbols() {
	ours '(\.[ch]|/Makefile|/Kbuild|\.config|\.kunitconfig)$' | grep -v Kconfig |
		xargs grep -ohE '\bCONFIG_[A-Z0-9_]+' "$PLANTED/planted.config" |
		sed 's/^CONFIG_//; s/_MODULE$//'
	ours 'Kconfig$' | xargs sed -nE \
		'/^[ \t]+(depends on|select|imply|default|visible if|if|bool|tristate)\b/ {
		s/"[^"]*"//g; s/#.*//; p }' | grep -oE '\b[A-Z][A-Z0-9_]+\b'
}

run_kconfig_symbols() {
	local symbol users

	printf 'CONFIG_DMA_COHERENT_HANDLE_PLANTED=y\n' > "$PLANTED/planted.config"
	printf 'config DMA_COHERENT_HANDLE_UNUSED\n\tbool\n' > "$PLANTED/kconfig/Kconfig"
	printf 'WANT DMA_COHERENT_HANDLE_PLANTED is used, but not defined\n'
	printf 'WANT DMA_COHERENT_HANDLE_UNUSED is defined, but not used\n'
	cd "$TOP"
	find "$TREE"/*/ -name 'Kconfig*' -print0 |
		xargs -0 sed -nE 's/^[ \t]*(menu)?config[ \t]+([A-Za-z0-9_]+).*/\2/p' |
		sort -u > "$PLANTED/defined"
	used_symbols | sort -u > "$PLANTED/used"
	comm -23 "$PLANTED/used" "$PLANTED/defined" | sed 's/$/ is used, but not defined/'

	users=$(ours '(\.[ch]|/Makefile|/Kbuild)$')
	for symbol in $(ours 'Kconfig$' |
			xargs sed -nE 's/^config (\w+)$/\1/p' "$PLANTED/kconfig/Kconfig"); do
		# shellcheck disable=SC2086 # a list of files
		grep -qw "CONFIG_$symbol" $users || printf '%s is defined, but not used\n' "$symbol"
	done
}

# The top-level Kconfig, in a place of its own, since the parser writes to where it reads from.
run_kconfig_parse() {
	local dir=$PLANTED/kconfig

	[ -x "$CONF/scripts/kconfig/conf" ] ||
		make -C "$TREE" O="$CONF" -j"$JOBS" allnoconfig > "$PLANTED/conf.log" || return
	(cd "$TOP" && git ls-files -co --exclude-standard '*Kconfig' | xargs cp --parents -t "$dir")
	printf '\nconfig PLANTED\n\thelp\n\t  An option of no type.\n' >> "$dir/lib/kunit/Kconfig"
	printf "WANT lib/kunit/Kconfig:%d:warning: config symbol defined without type\n" \
		"$(grep -n '^config PLANTED' "$dir/lib/kunit/Kconfig" | cut -d: -f1)"
	cd "$dir"
	srctree=. "$CONF/scripts/kconfig/conf" --allyesconfig Kconfig  | sed '/^#/d'
}

run_shellcheck() {
	printf '#!/bin/sh\ncd nowhere\n' > "$PLANTED/planted.sh"
	printf 'WANT %s:2: SC2164\n' "$PLANTED/planted.sh"
	cd "$TOP"
	# Those that are sourced are followed. Functions that step() calls are not unreachable, and
	# what single quotes keep from being expanded is meant to be kept.
	{
		git ls-files -co --exclude-standard '*.sh' .ci/run | while read -r file; do
			[ ! -x "$file" ] || printf '%s\n' "$file"
		done
		printf '%s\n' "$PLANTED/planted.sh"
	} | xargs -P "$JOBS" -n 2 shellcheck -x -P SCRIPTDIR -P tools/overlay \
		-e SC2016,SC2317 -f gcc |
		sed -E 's/^([^:]*:[0-9]+):.*\[(SC[0-9]+)\]$/\1: \2/' || :
}

# A file that a script names by $OVERLAY is there: a script that runs for hours finds out late.
run_paths() {
	printf 'cat "$OVERLAY/no/such.sh"\n' > "$PLANTED/paths.sh"
	printf 'WANT tools/overlay/no/such.sh\n'
	cd "$TOP"
	{ git ls-files -co --exclude-standard '*.sh' .ci/run; printf '%s\n' "$PLANTED/paths.sh"; } |
		xargs grep -hoE '\$OVERLAY/[A-Za-z0-9_./-]+' | sort -u |
		sed 's|^\$OVERLAY|tools/overlay|' | while read -r path; do
			[ -e "$path" ] || printf '%s\n' "$path"
		done
}

# The front door refuses a checkout that can't be worked with.
run_makefile() {
	local dir

	for dir in "$PLANTED/a b" "$PLANTED/a:b" "$PLANTED/tarball"; do
		mkdir -p "$dir"
		cp "$TOP/Makefile" "$dir"
		make -s -C "$dir" steps 2>&1 |
			sed 's/^Makefile:[0-9]*: \*\*\* //; s/,.*//' || :
	done
	printf 'WANT %s: expected a path without spaces or colons\n' "$PLANTED/a b" "$PLANTED/a:b"
	printf 'WANT %s: expected a git clone\n' "$PLANTED/tarball"
	make -s -C "$TOP" help > /dev/null
}

# Modules in several folders import each other, so each tool reads all files at once.
python_files() {
	git ls-files -co --exclude-standard 'tools/overlay/*.py'
}

run_flake8() {
	printf 'import os\n' > "$PLANTED/planted.py"
	printf "WANT %s:1:1: F401 'os' imported but unused\n" "$PLANTED/planted.py"
	cd "$TOP"
	python_files | xargs flake8 --isolated -j "$JOBS" --select=F,E501,E9 --max-line-length=100 \
		"$PLANTED/planted.py" || :
}

run_mypy() {
	local where=$PLANTED/planted.py

	printf 'def planted():\n    pass\n\nPLANTED: int = ""\n' > "$where"
	printf 'WANT %s:1: error: Function is missing a return type annotation\n' "$where"
	printf 'WANT %s:4: error: Incompatible types in assignment ' "$where"
	printf '(expression has type "str", variable has type "int")\n'
	cd "$TOP"
	python_files | xargs mypy --config-file= --cache-dir="$BUILD/mypy" --disallow-untyped-defs \
		--ignore-missing-imports --show-absolute-path --no-error-summary "$where" |
		grep -v -e ": note: " -e "$UNTYPED" | sed 's/  \[[a-z-]*\]$//' || :
}

# lint TITLE NAME: run_NAME() prints what it WANTs to see, and what it sees.
rc=0
lint() {
	step "$1" "lint-$2-$TAG" "run_$2" || { rc=1; return; }
	if ! grep -q '^WANT ' "$STEP_LOG" ||
	   ! diff <(sed -n 's/^WANT //p' "$STEP_LOG" | sort) \
		  <(sed '/^WANT /d' "$STEP_LOG" | sort); then
		printf '  FAIL  %s: did not report what was planted (<), or more (>)\n' "$1"
		rc=1
	fi
}

lint includecheck includecheck
lint headerdep headerdep
lint 'get_maintainer.pl --self-test' self_test
lint 'files in MAINTAINERS' maintainer_of
lint parse-maintainers.pl parse_maintainers
lint 'Kconfig options' kconfig_symbols
lint 'the top-level Kconfig' kconfig_parse
lint shellcheck shellcheck
lint 'files that scripts name' paths
lint 'bad checkouts' makefile
lint flake8 flake8
lint mypy mypy
exit $rc
