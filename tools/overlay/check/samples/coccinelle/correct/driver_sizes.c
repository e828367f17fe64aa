// SPDX-License-Identifier: GPL-2.0-only
/* A macro for a size, and the same size computed. */
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/pci.h>

#define STAT_BYTES	(sizeof(u64) * 16)

struct olde {
	struct pci_dev *pdev;
	u32 count;
	u32 *ring;
	dma_addr_t dma;
	size_t bytes;
	void *stat;
	dma_addr_t stat_dma;
};

static int olde_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct olde *o = devm_kzalloc(&pdev->dev, sizeof(*o), GFP_KERNEL);

	if (!o)
		return -ENOMEM;
	o->pdev = pdev;
	o->count = 512;
	o->bytes = ALIGN(o->count * sizeof(u32), SZ_4K);
	o->ring = dma_alloc_coherent(&pdev->dev, o->bytes, &o->dma, GFP_KERNEL);
	if (!o->ring)
		return -ENOMEM;
	o->stat = dma_alloc_coherent(&pdev->dev, STAT_BYTES, &o->stat_dma, GFP_KERNEL);
	if (!o->stat) {
		dma_free_coherent(&pdev->dev, o->bytes, o->ring, o->dma);
		return -ENOMEM;
	}
	memset(o->ring, 0, o->bytes);
	pci_set_drvdata(pdev, o);
	return 0;
}

static void olde_remove(struct pci_dev *pdev)
{
	struct olde *o = pci_get_drvdata(pdev);
	size_t len = ALIGN(o->count * sizeof(*o->ring), SZ_4K);

	dma_free_coherent(&pdev->dev, 16 * sizeof(u64), o->stat, o->stat_dma);
	dma_free_coherent(&pdev->dev, len, o->ring, o->dma);
}

static struct pci_driver olde_driver = {
	.name = "olde",
	.probe = olde_probe,
	.remove = olde_remove,
};
module_pci_driver(olde_driver);
MODULE_LICENSE("GPL");
