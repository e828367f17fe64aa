// SPDX-License-Identifier: GPL-2.0-only
/* Pages of coherent memory go to a scatterlist. */
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/scatterlist.h>

struct sgd {
	struct device *dev;
	struct scatterlist sg;
	void *buf;
	dma_addr_t dma;
};

static int sgd_prepare(struct sgd *sgd, size_t len)
{
	void *buf = sgd->buf;

	sg_init_table(&sgd->sg, 1);
	/* expect: need not be in the linear map */
	sg_set_page(&sgd->sg, virt_to_page(buf), len, offset_in_page(buf));
	return dma_map_sg(sgd->dev, &sgd->sg, 1, DMA_TO_DEVICE) ? 0 : -EIO;
}

static int sgd_probe(struct platform_device *pdev)
{
	struct sgd *sgd = devm_kzalloc(&pdev->dev, sizeof(*sgd), GFP_KERNEL);

	if (!sgd)
		return -ENOMEM;
	sgd->dev = &pdev->dev;
	sgd->buf = dmam_alloc_coherent(sgd->dev, SZ_4K, &sgd->dma, GFP_KERNEL);
	if (!sgd->buf)
		return -ENOMEM;
	platform_set_drvdata(pdev, sgd);
	return sgd_prepare(sgd, SZ_4K);
}

static struct platform_driver sgd_driver = { .probe = sgd_probe, .driver = { .name = "sgd" } };
module_platform_driver(sgd_driver);
MODULE_LICENSE("GPL");
