# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the compiler makes of the API on an architecture, for bench.sh: how large it is, how much of
# the stack each entry point takes, and what an accessor comes to. To be sourced, after
# qemu-kernel.sh.

# compile_as_kbuild SOURCE OBJECT OPTION...: as kbuild has compiled the implementation.
compile_as_kbuild() {
	local source=$1 object=$2 command
	shift 2

	command=$(sed -n 's/^savedcmd_[^ ]* := //p' "$out/kernel/dma/.coherent_handle.o.cmd")
	# Without what comes after the compiler, and the list of what it has read.
	command=$(sed -E 's/ ; .*//; s/-Wp,-MMD,[^ ]+//; s| -o [^ ]+ +[^ ]+ *$||' <<< "$command")
	(cd "$out" && eval "$command" "$@" -o "$object" "$source")
}

# measure_code DIR: a line of comma-separated values each,
#	code,ARCH,FUNCTION,BYTES,BYTES_OF_STACK		of those that are exported
#	struct,ARCH,dma_coherent_handle,BYTES,
#	accessor,ARCH,FUNCTION,BYTES,INSTRUCTIONS	but for those that return
measure_code() {
	local dir=$1 symbols function bytes stack

	mkdir -p "$dir"
	cat > "$dir/accessor.c" <<-'END'
	#include <linux/dma-coherent-handle.h>
	char handle[sizeof(struct dma_coherent_handle)];
	dma_addr_t dma_addr(const struct dma_coherent_handle *handle);
	notrace dma_addr_t dma_addr(const struct dma_coherent_handle *handle)
	{
		return dma_coherent_handle_dma_addr(handle);
	}
	END
	compile_as_kbuild "$TREE/kernel/dma/coherent_handle.c" "$dir/coherent_handle.o" \
		-fstack-usage || return
	compile_as_kbuild "$dir/accessor.c" "$dir/accessor.o" || return

	symbols=$("${cross}nm" -S -t d "$dir/coherent_handle.o") || return
	for function in $(sed -nE 's/^EXPORT_SYMBOL_GPL\((\w+)\);/\1/p' \
				"$TREE/kernel/dma/coherent_handle.c"); do
		bytes=$(awk -v name="$function" '$4 == name { print $2 + 0 }' <<< "$symbols")
		stack=$(awk -F '[:\t]' -v name="$function" '$4 == name { print $5 }' \
				"$dir/coherent_handle.su")
		printf 'code,%s,%s,%d,%d\n' "$arch" "$function" "$bytes" "$stack"
	done
	symbols=$("${cross}nm" -S -t d "$dir/accessor.o") || return
	awk -v arch="$arch" \
		'$4 == "handle" { printf "struct,%s,dma_coherent_handle,%d,\n", arch, $2 }' \
		<<< "$symbols"
	awk -v arch="$arch" '$4 == "dma_addr" {
		printf "accessor,%s,dma_coherent_handle_dma_addr,%d,", arch, $2 }' <<< "$symbols"
	"${cross}objdump" -d --no-show-raw-insn "$dir/accessor.o" |
		awk '$2 == "<dma_addr>:" { on = 1; next } /^$/ { on = 0 } on' | cut -f2- |
		grep -vE '^\s*(endbr64|ret|jmp|int3|xchg|bx|paciasp|autiasp|bti)|nop' |
		sed 's/ *[;/@].*//' | tr -s '\t \n' ' ' | sed 's/ $/\n/; s/,/ /g'
}
