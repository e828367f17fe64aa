// SPDX-License-Identifier: GPL-2.0
/* A function that spatch cannot parse, and that must be named. */
void unparsed_first(struct device *dev)
{
	FOR_EACH_BUF(a b c)
		dma_alloc_coherent(dev, 1, 2, 3) buf;
}
