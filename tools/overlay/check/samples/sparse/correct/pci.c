// SPDX-License-Identifier: GPL-2.0
/* A PCI driver that has its DMA masks to set. */
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/sizes.h>

static int scratch_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	const struct dma_coherent_handle *buf;
	int ret;

	ret = pcim_enable_device(pdev);
	if (ret)
		return ret;
	ret = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(40));
	if (ret)
		return ret;

	buf = dmam_coherent_handle_alloc(&pdev->dev, SZ_64K, GFP_KERNEL);
	if (IS_ERR(buf))
		return PTR_ERR(buf);

	pci_set_master(pdev);
	return 0;
}

static const struct pci_device_id scratch_ids[] = {
	{ PCI_DEVICE(0x1234, 0x11e8) },
	{}
};
MODULE_DEVICE_TABLE(pci, scratch_ids);

static struct pci_driver scratch_driver = {
	.name = "scratch",
	.id_table = scratch_ids,
	.probe = scratch_probe,
};
module_pci_driver(scratch_driver);

MODULE_LICENSE("GPL");
