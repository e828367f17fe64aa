#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# readme.sh: compiles the README's driver example, as it stands there, into a driver; and looks at
# what the accessors of a handle compile to.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$OVERLAY/sources.sh"

need_kernel_build
need binutils
debian_kernel 6.12

dir=$BUILD/readme
rm -rf "$dir"
mkdir -p "$dir"
example=$(sed -n '/^```c$/,/^```$/{/^```/!p}' "$TOP/README.md")
[ -n "$example" ] || die "README.md has no example in C"

cat > "$dir/foo.c" <<EOF
#include <linux/device.h>
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mod_devicetable.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>

#define FOO_SCRATCH	0x10

$example

static int foo_probe(struct platform_device *pdev)
{
	struct foo *foo = devm_kzalloc(&pdev->dev, sizeof(*foo), GFP_KERNEL);

	if (!foo)
		return -ENOMEM;
	platform_set_drvdata(pdev, foo);
	foo->regs = devm_platform_ioremap_resource(pdev, 0);
	if (IS_ERR(foo->regs))
		return PTR_ERR(foo->regs);
	return foo_setup_dma(&pdev->dev, foo);
}

static void foo_remove(struct platform_device *pdev)
{
	struct foo *foo = platform_get_drvdata(pdev);

	dma_coherent_handle_free(&foo->vectors);
}

static struct platform_driver foo_driver = {
	.driver.name = "foo",
	.probe = foo_probe,
	.remove = foo_remove,
};
module_platform_driver(foo_driver);

MODULE_DESCRIPTION("The README's example");
MODULE_LICENSE("GPL");
EOF

cat > "$dir/accessors.c" <<'EOF'
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
EOF
printf 'ccflags-y += -I%s/include\nobj-m += foo.o accessors.o\n' "$TOP" > "$dir/Kbuild"

compile() {
	# Objects only: the symbols they want are those of a module that is built elsewhere.
	make -C "$HEADERS" M="$dir" W=1 KCFLAGS=-Werror foo.o accessors.o
}

rc=0
step "compiling the README's example" readme compile || exit 1
nm "$dir/foo.o" | grep -q ' U dma_coherent_handle_alloc_attrs$' || {
	printf '  FAIL  the example allocates no handle\n'
	rc=1
}

# The instructions of a function, but for what guards its entry, its return and the padding.
instructions() {
	objdump -d --no-show-raw-insn "$dir/accessors.o" |
		awk -v name="<$1>:" '$2 == name { on = 1; next } /^$/ { on = 0 } on' |
		cut -f2- | grep -vE '^\s*(endbr64|ret|jmp|int3|xchg)|nop'
}

for accessor in dma_addr size; do
	code=$(instructions $accessor || :)
	printf '  %s: %s\n' $accessor "$(tr -s ' \n' ' ' <<< "$code")"
	[[ $code =~ ^mov\ +0x[0-9a-f]+\(%rdi\),%rax$ ]] || {
		printf '  FAIL  dma_coherent_handle_%s() is more than one load\n' $accessor
		rc=1
	}
done
exit $rc
