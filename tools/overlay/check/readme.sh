#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# readme.sh: compiles the README's driver example, as it stands there, into a driver.

. "$(dirname "${BASH_SOURCE[0]}")/../lib/lib.sh"
. "$OVERLAY/lib/sources.sh"

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

printf 'ccflags-y += -I%s/include\nobj-m += foo.o\n' "$TOP" > "$dir/Kbuild"

compile() {
	# An object only: the symbols it wants are those of a module that is built elsewhere.
	make -C "$HEADERS" M="$dir" W=1 KCFLAGS=-Werror foo.o
}

step "compiling the README's example" readme compile || exit 1
nm "$dir/foo.o" | grep ' U dma_coherent_handle_alloc_attrs$' > /dev/null || {
	printf '  FAIL  the example allocates no handle\n'
	exit 1
}
