#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# driver.sh FILE [KERNEL]: sparse and all our Coccinelle rules on one driver, which need not be
# in a kernel tree. sparse reads it as an external module, with the headers that lie beside it.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"
. "$OVERLAY/lib/newer-tools.sh"

file=$1
usage="usage: make check-driver FILE=path/to/driver.c"
[ -n "$file" ] || die "no FILE given; $usage"
[[ $file == *.c && -f $file && -r $file ]] ||
	die "FILE=$file: expected one C source that can be read; $usage"
name=$(basename "$file" .c)
[[ $name =~ $MODULE_NAME ]] || die "FILE=$file: a module cannot have this name"

need_kernel_build
newer_spatch
newer_sparse
grafted_source "${2:-latest}"

# The driver and its headers, alone: neither tool writes beside the sources, nor sees other files.
dir=$BUILD/check-driver
rm -rf "$dir"
mkdir -p "$dir"
cp "$file" "$dir"
find "$(dirname "$file")" -maxdepth 1 -name '*.h' -exec cp -t "$dir" {} +
printf 'obj-m := %s.o\nccflags-y := -I%q\n' "$name" "$(realpath "$(dirname "$file")")" > "$dir/Kbuild"

# As sparse.sh configures it: nothing is an external module without CONFIG_MODULES.
out=$BUILD/kunit-um-$TAG-modules
prepare() {
	cd "$TREE" || return
	if [ ! -e "$out/.config" ]; then
		./tools/testing/kunit/kunit.py config --build_dir="$out" \
			--kunitconfig=kernel/dma/tests --kconfig_add CONFIG_MODULES=y || return
	fi
	make ARCH=um O="$out" olddefconfig prepare -j"$JOBS"
}
run_sparse() {
	make -C "$TREE" ARCH=um O="$out" M="$dir" C=2 CHECK="$SPARSE" "$name.o"
}
run_rules() {
	local rule

	ulimit -s unlimited 2>/dev/null || ulimit -s "$(ulimit -H -s)"
	cd "$dir" || return
	for rule in "$TOP"/scripts/coccinelle/dma/*.cocci; do
		# shellcheck disable=SC2046 # a list of options
		"$SPATCH" --very-quiet $(sed -n 's|^// Options: ||p' "$rule") -D report \
			--no-show-diff --cocci-file "$rule" "$name.c" |
			sed "s|\$| [$(basename "$rule" .cocci)]|" || return
	done
}

rc=0
step "configuring" check-driver-prepare prepare || exit 1
if ! step "sparse" check-driver-sparse run_sparse; then
	printf '%s does not compile on Linux %s; the first error is the one to read\n' "$file" "$VERSION"
	rc=1
fi
findings=$(grep -hE "^\S+\.[ch]:[0-9]+:[0-9]+: (warning|(fatal )?error): " "$STEP_LOG" |
	sed "s|^\S*check-driver/||" | sort -uV || :)
step "our Coccinelle rules" check-driver-rules run_rules || exit 1
findings=$'\n'$findings$'\n'$(grep -E "^\S+\.[ch]:[0-9]+:[0-9]+-[0-9]+: " "$STEP_LOG" | sort -uV || :)
# Named as they were given: what was checked was a copy.
findings=${findings//$'\n'"$name.c:"/$'\n'"$file:"}
findings=$(grep . <<< "$findings" || :)

if [ -n "$findings" ]; then
	printf '%s\n\n' "$findings"
	if grep -q 'dereference of noderef' <<< "$findings"; then
		echo "sparse: dereference of noderef expression"
		echo "  It is a private member of a handle. Call dma_coherent_handle_dma_addr(),"
		echo "  dma_coherent_handle_size() or dma_coherent_handle_is_allocated()."
	fi
	sed -n 's/.* \[\(\w*\)\]$/\1/p' <<< "$findings" | sort -u | while read -r rule; do
		printf '%s\n' "$rule"
		sed -n 's|^/// |  |p' "$TOP/scripts/coccinelle/dma/$rule.cocci"
	done
	printf 'findings: %d; more about them: %s\n' "$(wc -l <<< "$findings")" \
		"Documentation/core-api/dma-checks.rst"
	rc=1
elif [ $rc = 0 ]; then
	echo "no findings"
fi
exit $rc
