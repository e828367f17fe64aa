// SPDX-License-Identifier: GPL-2.0-only
/* Descriptor rings by dma_alloc_coherent(), one freed as half its size. */
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/pci.h>

#define RX_DESCS	256
#define TX_DESCS	512

struct eth_desc {
	__le64 addr;
	__le32 len;
	__le32 flags;
};

struct eth {
	struct pci_dev *pdev;
	void __iomem *regs;
	struct eth_desc *rx;
	struct eth_desc *tx;
	dma_addr_t rx_dma;
	dma_addr_t tx_dma;
};

static int eth_alloc_rings(struct eth *eth)
{
	struct device *dev = &eth->pdev->dev;

	eth->rx = dma_alloc_coherent(dev, RX_DESCS * sizeof(*eth->rx), &eth->rx_dma, GFP_KERNEL);
	if (!eth->rx)
		return -ENOMEM;
	eth->tx = dma_alloc_coherent(dev, TX_DESCS * sizeof(*eth->tx), &eth->tx_dma, GFP_KERNEL);
	if (!eth->tx) {
		dma_free_coherent(dev, RX_DESCS * sizeof(*eth->rx), eth->rx, eth->rx_dma);
		return -ENOMEM;
	}
	return 0;
}

static void eth_free_rings(struct eth *eth)
{
	struct device *dev = &eth->pdev->dev;

	/* expect: eth->tx is freed as RX_DESCS */
	dma_free_coherent(dev, RX_DESCS * sizeof(*eth->tx), eth->tx, eth->tx_dma);
	dma_free_coherent(dev, RX_DESCS * sizeof(*eth->rx), eth->rx, eth->rx_dma);
}

static int eth_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct eth *eth = devm_kzalloc(&pdev->dev, sizeof(*eth), GFP_KERNEL);
	int ret;

	if (!eth)
		return -ENOMEM;
	eth->pdev = pdev;
	ret = pcim_enable_device(pdev);
	if (ret)
		return ret;
	eth->regs = pcim_iomap(pdev, 0, 0);
	if (!eth->regs)
		return -ENODEV;
	ret = eth_alloc_rings(eth);
	if (ret)
		return ret;
	iowrite32(lower_32_bits(eth->rx_dma), eth->regs);
	iowrite32(lower_32_bits(eth->tx_dma), eth->regs + 8);
	pci_set_drvdata(pdev, eth);
	return 0;
}

static void eth_remove(struct pci_dev *pdev)
{
	eth_free_rings(pci_get_drvdata(pdev));
}

static const struct pci_device_id eth_ids[] = { { PCI_DEVICE(0x10ec, 0x1111) }, { } };
MODULE_DEVICE_TABLE(pci, eth_ids);

static struct pci_driver eth_driver = {
	.name = "aeth",
	.id_table = eth_ids,
	.probe = eth_probe,
	.remove = eth_remove,
};
module_pci_driver(eth_driver);
MODULE_LICENSE("GPL");
