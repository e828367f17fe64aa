#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# kerneldoc.sh KERNEL: the kernel-doc comments of the public headers and of their implementation, by
# the kernel's own parser, with every warning an error. What is exported must come out documented.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$OVERLAY/sources.sh"

FILES='include/linux/dma-coherent-handle.h kernel/dma/coherent_handle.c
kernel/dma/coherent_handle_debug.c include/kunit/dma.h
lib/kunit/dma.c'

need perl python3
printf 'kernel-doc of Linux %s\n' "$1"
grafted_source "$1"

run_kernel_doc() {
	local tool=scripts/kernel-doc

	cd "$TREE"
	[ ! -e tools/docs/kernel-doc ] || tool=tools/docs/kernel-doc
	# shellcheck disable=SC2086 # a list of files
	"$tool" -rst -Wall -Werror $FILES
}

step "kernel-doc" "kerneldoc-$TAG" run_kernel_doc || exit 1

rc=0 n=0
# shellcheck disable=SC2086 # a list of files
for symbol in $(cd "$TREE" && sed -nE -e 's/^EXPORT_SYMBOL_GPL\((\w+)\);$/\1/p' \
		-e 's/^ \* (struct )?(\w+)(\(\))? - .*/\2/p' $FILES | sort -u); do
	n=$((n + 1))
	grep -qE "^\.\. c:(function|struct):: .*\b$symbol\b" "$STEP_LOG" || {
		printf '  FAIL  %s is not documented\n' "$symbol"
		rc=1
	}
done
[ $n -gt 0 ] || rc=1
printf '  %d symbols documented\n' $n
exit $rc
