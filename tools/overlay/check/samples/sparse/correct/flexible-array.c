// SPDX-License-Identifier: GPL-2.0
/* As many buffers as the hardware has queues. */
#include <linux/dma-coherent-handle.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>
#include <linux/slab.h>

struct scratch {
	unsigned int nr;
	struct dma_coherent_handle queue[] __counted_by(nr);
};

static int scratch_probe(struct platform_device *pdev)
{
	struct scratch *scratch;
	void __iomem *regs;
	unsigned int nr, i;

	regs = devm_platform_ioremap_resource(pdev, 0);
	if (IS_ERR(regs))
		return PTR_ERR(regs);

	nr = readl(regs);
	scratch = devm_kzalloc(&pdev->dev, struct_size(scratch, queue, nr), GFP_KERNEL);
	if (!scratch)
		return -ENOMEM;
	scratch->nr = nr;
	platform_set_drvdata(pdev, scratch);

	for (i = 0; i < nr; i++) {
		/* The queues that have no memory are left alone. */
		if (dma_coherent_handle_alloc(&pdev->dev, &scratch->queue[i], SZ_16K, GFP_KERNEL))
			break;
		writel(lower_32_bits(dma_coherent_handle_dma_addr(&scratch->queue[i])),
		       regs + 16 + 4 * i);
	}
	return 0;
}

static void scratch_remove(struct platform_device *pdev)
{
	struct scratch *scratch = platform_get_drvdata(pdev);
	unsigned int i;

	for (i = 0; i < scratch->nr; i++)
		dma_coherent_handle_free(&scratch->queue[i]);
}

static struct platform_driver scratch_driver = {
	.driver.name = "scratch",
	.probe = scratch_probe,
	.remove = scratch_remove,
};
module_platform_driver(scratch_driver);

MODULE_LICENSE("GPL");
