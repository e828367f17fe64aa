// SPDX-License-Identifier: GPL-2.0
/* A page for overruns, beside coherent memory that the CPU does touch. */
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <asm/byteorder.h>

struct scratch {
	__le64 *table;
	dma_addr_t table_addr;
	struct dma_coherent_handle dummy;
};

static int scratch_probe(struct platform_device *pdev)
{
	struct scratch *scratch;
	int i, ret;

	scratch = devm_kzalloc(&pdev->dev, sizeof(*scratch), GFP_KERNEL);
	if (!scratch)
		return -ENOMEM;
	scratch->table = dmam_alloc_coherent(&pdev->dev, PAGE_SIZE, &scratch->table_addr,
					     GFP_KERNEL);
	if (!scratch->table)
		return -ENOMEM;

	ret = dma_coherent_handle_alloc(&pdev->dev, &scratch->dummy, PAGE_SIZE, GFP_KERNEL);
	if (ret)
		return ret;

	for (i = 0; i < PAGE_SIZE / sizeof(*scratch->table); i++)
		scratch->table[i] = cpu_to_le64(dma_coherent_handle_dma_addr(&scratch->dummy) | 1);
	platform_set_drvdata(pdev, scratch);
	return 0;
}

static void scratch_remove(struct platform_device *pdev)
{
	struct scratch *scratch = platform_get_drvdata(pdev);

	memset(scratch->table, 0, PAGE_SIZE);
	dma_coherent_handle_free(&scratch->dummy);
}

static struct platform_driver scratch_driver = {
	.driver.name = "scratch",
	.probe = scratch_probe,
	.remove = scratch_remove,
};
module_platform_driver(scratch_driver);

MODULE_LICENSE("GPL");
