// SPDX-License-Identifier: GPL-2.0-only
/* NIC with eight rings of event memory. If one fails, those before it are lost. */
#include <linux/dma-coherent-handle.h>
#include <linux/dma-mapping.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/pci.h>

#define EVQ_COUNT	8
#define EVQ_BASE(n)	(0x1000 + 0x20 * (n))

struct evq {
	struct dma_coherent_handle mem;
	unsigned int index;
};

struct nic {
	struct pci_dev *pdev;
	void __iomem *bar;
	struct evq evq[EVQ_COUNT];
};

static int nic_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct nic *nic;
	int i, ret;

	nic = devm_kzalloc(&pdev->dev, sizeof(*nic), GFP_KERNEL);
	if (!nic)
		return -ENOMEM;
	nic->pdev = pdev;
	ret = pcim_enable_device(pdev);
	if (ret)
		return ret;
	nic->bar = pcim_iomap(pdev, 0, 0);
	if (!nic->bar)
		return -ENOMEM;
	ret = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(48));
	if (ret)
		return ret;
	pci_set_master(pdev);

	for (i = 0; i < EVQ_COUNT; i++) {
		struct evq *evq = &nic->evq[i];

		evq->index = i;
		ret = dma_coherent_handle_alloc(&pdev->dev, &evq->mem, SZ_32K, GFP_KERNEL);
		if (ret) {
			dev_err(&pdev->dev, "no event queue %d: %d\n", i, ret);
			/* expect: mem is not freed on this error path */
			return ret;
		}
		writeq(dma_coherent_handle_dma_addr(&evq->mem), nic->bar + EVQ_BASE(i));
	}

	pci_set_drvdata(pdev, nic);
	return 0;
}

static void nic_remove(struct pci_dev *pdev)
{
	struct nic *nic = pci_get_drvdata(pdev);
	int i;

	for (i = 0; i < EVQ_COUNT; i++) {
		writeq(0, nic->bar + EVQ_BASE(i));
		dma_coherent_handle_free(&nic->evq[i].mem);
	}
}

static const struct pci_device_id nic_ids[] = { { PCI_DEVICE(0x1d0f, 0x0001) }, { } };
MODULE_DEVICE_TABLE(pci, nic_ids);

static struct pci_driver nic_driver = {
	.name = "evnic",
	.id_table = nic_ids,
	.probe = nic_probe,
	.remove = nic_remove,
};
module_pci_driver(nic_driver);
MODULE_LICENSE("GPL");
