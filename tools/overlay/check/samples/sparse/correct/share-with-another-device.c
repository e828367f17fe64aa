// SPDX-License-Identifier: GPL-2.0
/* One device's buffer in another one's address space. */
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/scatterlist.h>
#include <linux/sizes.h>

static int scratch_share(const struct dma_coherent_handle *buf, struct device *peer)
{
	struct sg_table sgt;
	int ret;

	ret = dma_coherent_handle_get_sgtable(buf, &sgt);
	if (ret)
		return ret;

	ret = dma_map_sgtable(peer, &sgt, DMA_BIDIRECTIONAL, DMA_ATTR_SKIP_CPU_SYNC);
	if (!ret) {
		dev_dbg(peer, "%u segments\n", sgt.nents);
		dma_unmap_sgtable(peer, &sgt, DMA_BIDIRECTIONAL, DMA_ATTR_SKIP_CPU_SYNC);
	}
	sg_free_table(&sgt);
	return ret;
}

static int scratch_probe(struct platform_device *pdev)
{
	const struct dma_coherent_handle *buf;

	if (!pdev->dev.parent)
		return -ENODEV;

	buf = dmam_coherent_handle_alloc(&pdev->dev, SZ_64K, GFP_KERNEL);
	if (IS_ERR(buf))
		return PTR_ERR(buf);
	return scratch_share(buf, pdev->dev.parent);
}

static struct platform_driver scratch_driver = {
	.driver.name = "scratch",
	.probe = scratch_probe,
};
module_platform_driver(scratch_driver);

MODULE_LICENSE("GPL");
