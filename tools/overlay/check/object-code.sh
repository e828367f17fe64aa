#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# object-code.sh: looks at what the compiler makes of the API. The accessors of a handle are one
# load each. Without CONFIG_DMA_COHERENT_HANDLE_DEBUG the implementation, and a driver that moves a
# buffer, are to the instruction what they would be if the debugging had never been written.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"

need_kernel_build
need binutils
debian_kernel 6.12

# The two variants have names of the same length: paths get into strings, and shift what follows.
dir=$BUILD/object-code
rm -rf "$dir"
mkdir -p "$dir/with/linux" "$dir/bare/linux"

cat > "$dir/with/accessors.c" <<'END'
#include <linux/dma-coherent-handle.h>

dma_addr_t dma_addr(const struct dma_coherent_handle *handle);
notrace dma_addr_t dma_addr(const struct dma_coherent_handle *handle)
{
	return dma_coherent_handle_dma_addr(handle);
}

size_t size(const struct dma_coherent_handle *handle);
notrace size_t size(const struct dma_coherent_handle *handle)
{
	return dma_coherent_handle_size(handle);
}

void move(struct dma_coherent_handle *to, struct dma_coherent_handle *from);
void move(struct dma_coherent_handle *to, struct dma_coherent_handle *from)
{
	*to = dma_coherent_handle_take(from);
}
END
cp "$TOP/kernel/dma/coherent_handle.c" "$TOP/kernel/dma/coherent_handle.h" "$dir/with"
cp "$TOP/include/linux/dma-coherent-handle.h" "$dir/with/linux"

# The same without any call of the debugging, and with the lines numbered as before.
sed -e 's/^\tcoherent_handle_\(set_owner\|check_unused\)(handle);//' \
    -e 's/ || !coherent_handle_is_owner(handle)//' \
	"$dir/with/coherent_handle.c" > "$dir/bare/coherent_handle.c"
! grep -nE 'set_owner|check_unused|is_owner' "$dir/bare/coherent_handle.c" ||
	die "object-code.sh does not know how to take this call out"
cp "$dir/with/coherent_handle.h" "$dir/bare/coherent_handle.h"
sed '/^#ifdef CONFIG_DMA_COHERENT_HANDLE_DEBUG/,/^#endif/s/.*//' \
	"$dir/with/linux/dma-coherent-handle.h" > "$dir/bare/linux/dma-coherent-handle.h"
! grep -nE ' owner;|, owner\)' "$dir/bare/linux/dma-coherent-handle.h" ||
	die "object-code.sh does not know how to take this member out"
cp "$dir/with/accessors.c" "$dir/bare"

compile() {
	local variant

	for variant in with bare; do
		printf 'ccflags-y += -I%s\nobj-m += coherent_handle.o accessors.o\n' \
			"$dir/$variant" > "$dir/$variant/Kbuild"
		make -C "$HEADERS" M="$dir/$variant" KCFLAGS=-Werror \
			coherent_handle.o accessors.o || return
	done
}

disassemble() {
	objdump -dr --no-show-raw-insn "$dir/$1" | grep -v 'file format'
}

rc=0
step "compiling the API" object-code compile || exit 1

# The instructions of a function, but for what guards its entry, its return and the padding.
instructions() {
	disassemble with/accessors.o |
		awk -v name="<$1>:" '$2 == name { on = 1; next } /^$/ { on = 0 } on' |
		cut -f2- | grep -vE '^\s*(endbr64|ret|jmp|int3|xchg)|nop|R_X86_64_PLT32'
}

for accessor in dma_addr size; do
	code=$(instructions $accessor || :)
	printf '  %s: %s\n' $accessor "$(tr -s ' \n' ' ' <<< "$code")"
	[[ $code =~ ^mov\ +0x[0-9a-f]+\(%rdi\),%rax$ ]] || {
		printf '  FAIL  dma_coherent_handle_%s() is more than one load\n' $accessor
		rc=1
	}
done

for object in coherent_handle.o accessors.o; do
	if ! diff <(disassemble with/$object) <(disassemble bare/$object) > "$dir/$object.diff"; then
		printf '  FAIL  the debugging leaves a trace in %s:\n' $object
		head -n 10 "$dir/$object.diff" | sed 's/^/        /'
		rc=1
		continue
	fi
	printf '  %s: the same %s lines with and without the debugging in the source\n' $object \
		"$(disassemble with/$object | grep -c '^ ')"
done
exit $rc
