// SPDX-License-Identifier: GPL-2.0
/* probe frees on errors what a helper has filled, and remove doesn't. */
#include <linux/dma-coherent-handle.h>
#include <linux/io.h>
#include <linux/netdevice.h>
#include <linux/pci.h>

struct nic {
	struct net_device *ndev;
	void __iomem *regs;
	struct dma_coherent_handle fw;
	struct dma_coherent_handle scratch[8];
};

static int nic_setup(struct nic *nic, struct device *dev)
{
	int i, ret;

	/* expect: fw is never freed but on errors */
	ret = dma_coherent_handle_alloc(dev, &nic->fw, SZ_256K, GFP_KERNEL);
	if (ret)
		return ret;

	for (i = 0; i < ARRAY_SIZE(nic->scratch); i++) {
		ret = dma_coherent_handle_alloc(dev, &nic->scratch[i], SZ_16K, GFP_KERNEL);
		if (ret)
			goto err;
	}
	return 0;

err:
	while (i--)
		dma_coherent_handle_free(&nic->scratch[i]);
	dma_coherent_handle_free(&nic->fw);
	return ret;
}

static void nic_release(struct nic *nic)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(nic->scratch); i++)
		dma_coherent_handle_free(&nic->scratch[i]);
}

static int nic_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct nic *nic = pci_get_drvdata(pdev);
	int ret;

	ret = nic_setup(nic, &pdev->dev);
	if (ret)
		return ret;
	ret = register_netdev(nic->ndev);
	if (ret) {
		nic_release(nic);
		dma_coherent_handle_free(&nic->fw);
		return ret;
	}
	return 0;
}

static void nic_remove(struct pci_dev *pdev)
{
	struct nic *nic = pci_get_drvdata(pdev);

	unregister_netdev(nic->ndev);
	nic_release(nic);
}
