// SPDX-License-Identifier: GPL-2.0
/* Gigabytes that only the device writes and reads: in chunks, as many as there are. */
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <asm/byteorder.h>

#define NR_CHUNKS 8

struct descriptor {
	__le64 addr;
	__le32 pages;
	__le32 reserved;
};

struct scratch {
	struct descriptor *table;
	dma_addr_t table_addr;
	struct dma_coherent_handle chunk[NR_CHUNKS];
};

static int scratch_probe(struct platform_device *pdev)
{
	struct device *dev = &pdev->dev;
	struct scratch *scratch;
	int i;

	scratch = devm_kzalloc(dev, sizeof(*scratch), GFP_KERNEL);
	if (!scratch)
		return -ENOMEM;
	scratch->table = dmam_alloc_coherent(dev, NR_CHUNKS * sizeof(*scratch->table),
					     &scratch->table_addr, GFP_KERNEL);
	if (!scratch->table)
		return -ENOMEM;

	for (i = 0; i < NR_CHUNKS; i++) {
		struct dma_coherent_handle *chunk = &scratch->chunk[i];

		/* What there is will do. */
		if (dma_coherent_handle_alloc_attrs(dev, chunk, SZ_4M, GFP_KERNEL,
						    DMA_ATTR_NO_WARN))
			break;
		scratch->table[i].addr = cpu_to_le64(dma_coherent_handle_dma_addr(chunk));
		scratch->table[i].pages = cpu_to_le32(dma_coherent_handle_size(chunk) / SZ_4K);
	}
	platform_set_drvdata(pdev, scratch);
	return i ? 0 : -ENOMEM;
}

static void scratch_remove(struct platform_device *pdev)
{
	struct scratch *scratch = platform_get_drvdata(pdev);
	int i;

	for (i = 0; i < NR_CHUNKS; i++)
		dma_coherent_handle_free(&scratch->chunk[i]);
}

static struct platform_driver scratch_driver = {
	.driver.name = "scratch",
	.probe = scratch_probe,
	.remove = scratch_remove,
};
module_platform_driver(scratch_driver);

MODULE_LICENSE("GPL");
