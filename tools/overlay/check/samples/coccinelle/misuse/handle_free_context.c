// SPDX-License-Identifier: GPL-2.0
/* Handles freed where nothing may sleep, each of which must be reported. */
#include <linux/cleanup.h>
#include <linux/device.h>
#include <linux/dma-coherent-handle.h>
#include <linux/interrupt.h>
#include <linux/netdevice.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

struct atomic_priv {
	struct device *dev;
	spinlock_t lock;
	raw_spinlock_t raw_lock;
	rwlock_t rwlock;
	struct timer_list timer;
	struct tasklet_struct tasklet;
	struct napi_struct napi;
	struct dma_coherent_handle scratch;
	const struct dma_coherent_handle *managed;
	bool done;
};

void atomic_spin(struct atomic_priv *priv);
void atomic_irqsave(struct atomic_priv *priv);
void atomic_branch(struct atomic_priv *priv);
void atomic_bh(struct atomic_priv *priv);
void atomic_raw(struct atomic_priv *priv);
void atomic_write(struct atomic_priv *priv);
void atomic_try(struct atomic_priv *priv);
void atomic_irqs_off(struct atomic_priv *priv);
void atomic_managed(struct atomic_priv *priv);
void atomic_called(struct atomic_priv *priv);
void atomic_guard(struct atomic_priv *priv);
void atomic_guard_called(struct atomic_priv *priv);
void atomic_nested_guard(struct atomic_priv *priv);
void atomic_scoped_guard(struct atomic_priv *priv);
void atomic_scoped_guard_line(struct atomic_priv *priv);
int atomic_setup(struct atomic_priv *priv, int irq);

void atomic_spin(struct atomic_priv *priv)
{
	spin_lock(&priv->lock);
	/* expect: in an atomic context */
	dma_coherent_handle_free(&priv->scratch);
	spin_unlock(&priv->lock);
}

void atomic_irqsave(struct atomic_priv *priv)
{
	unsigned long flags;

	spin_lock_irqsave(&priv->lock, flags);
	priv->done = true;
	/* expect: in an atomic context */
	dma_coherent_handle_free(&priv->scratch);
	spin_unlock_irqrestore(&priv->lock, flags);
}

void atomic_branch(struct atomic_priv *priv)
{
	spin_lock_irq(&priv->lock);
	if (priv->done) {
		/* expect: in an atomic context */
		dma_coherent_handle_free(&priv->scratch);
		spin_unlock_irq(&priv->lock);
		return;
	}
	priv->done = true;
	spin_unlock_irq(&priv->lock);
}

void atomic_bh(struct atomic_priv *priv)
{
	spin_lock_bh(&priv->lock);
	/* expect: in an atomic context */
	dma_coherent_handle_free(&priv->scratch);
	spin_unlock_bh(&priv->lock);
}

void atomic_raw(struct atomic_priv *priv)
{
	raw_spin_lock(&priv->raw_lock);
	/* expect: in an atomic context */
	dma_coherent_handle_free(&priv->scratch);
	raw_spin_unlock(&priv->raw_lock);
}

void atomic_write(struct atomic_priv *priv)
{
	write_lock(&priv->rwlock);
	/* expect: in an atomic context */
	dma_coherent_handle_free(&priv->scratch);
	write_unlock(&priv->rwlock);
}

void atomic_try(struct atomic_priv *priv)
{
	if (!spin_trylock(&priv->lock))
		return;
	/* expect: in an atomic context */
	dma_coherent_handle_free(&priv->scratch);
	spin_unlock(&priv->lock);
}

void atomic_irqs_off(struct atomic_priv *priv)
{
	unsigned long flags;

	local_irq_save(flags);
	/* expect: in an atomic context */
	dma_coherent_handle_free(&priv->scratch);
	local_irq_restore(flags);
}

void atomic_managed(struct atomic_priv *priv)
{
	spin_lock(&priv->lock);
	/* expect: in an atomic context */
	dmam_coherent_handle_free(priv->dev, priv->managed);
	spin_unlock(&priv->lock);
}

static void atomic_free(struct atomic_priv *priv)
{
	priv->done = true;
	dma_coherent_handle_free(&priv->scratch);
}

void atomic_called(struct atomic_priv *priv)
{
	spin_lock(&priv->lock);
	if (!priv->done)
		/* expect: atomic_free() frees a handle, which may sleep, in an atomic context */
		atomic_free(priv);
	spin_unlock(&priv->lock);
}

void atomic_guard(struct atomic_priv *priv)
{
	guard(spinlock)(&priv->lock);

	if (!priv->done)
		/* expect: in an atomic context */
		dma_coherent_handle_free(&priv->scratch);
}

void atomic_guard_called(struct atomic_priv *priv)
{
	guard(spinlock_irqsave)(&priv->lock);
	/* expect: atomic_free() frees a handle, which may sleep, in an atomic context */
	atomic_free(priv);
}

void atomic_nested_guard(struct atomic_priv *priv)
{
	if (priv->done) {
		guard(spinlock_bh)(&priv->lock);

		priv->done = false;
		/* expect: in an atomic context */
		dma_coherent_handle_free(&priv->scratch);
	}
}

void atomic_scoped_guard(struct atomic_priv *priv)
{
	scoped_guard(spinlock_irqsave, &priv->lock) {
		priv->done = true;
		/* expect: in an atomic context */
		dma_coherent_handle_free(&priv->scratch);
	}
}

void atomic_scoped_guard_line(struct atomic_priv *priv)
{
	scoped_guard(spinlock, &priv->lock)
		/* expect: in an atomic context */
		dma_coherent_handle_free(&priv->scratch);
}

static irqreturn_t atomic_irq(int irq, void *data)
{
	struct atomic_priv *priv = data;

	if (!priv->done)
		return IRQ_NONE;

	/* expect: and atomic_irq() is called in atomic context */
	dma_coherent_handle_free(&priv->scratch);
	return IRQ_HANDLED;
}

static irqreturn_t atomic_irq_calls(int irq, void *data)
{
	/* expect: atomic_free() frees a handle, which may sleep, and atomic_irq_calls() is called in atomic context */
	atomic_free(data);
	return IRQ_HANDLED;
}

static void atomic_timer(struct timer_list *timer)
{
	struct atomic_priv *priv = container_of(timer, struct atomic_priv, timer);

	/* expect: and atomic_timer() is called in atomic context */
	dma_coherent_handle_free(&priv->scratch);
}

static void atomic_tasklet(struct tasklet_struct *tasklet)
{
	struct atomic_priv *priv = container_of(tasklet, struct atomic_priv, tasklet);

	/* expect: and atomic_tasklet() is called in atomic context */
	dma_coherent_handle_free(&priv->scratch);
}

int atomic_setup(struct atomic_priv *priv, int irq)
{
	int ret;

	timer_setup(&priv->timer, atomic_timer, 0);
	tasklet_setup(&priv->tasklet, atomic_tasklet);
	ret = devm_request_irq(priv->dev, irq, atomic_irq, 0, "atomic", priv);
	if (ret)
		return ret;
	return request_threaded_irq(irq + 1, atomic_irq_calls, NULL, 0, "atomic", priv);
}

static int atomic_poll(struct napi_struct *napi, int budget)
{
	struct atomic_priv *priv = container_of(napi, struct atomic_priv, napi);

	/* expect: and atomic_poll() is called in atomic context */
	dma_coherent_handle_free(&priv->scratch);
	return 0;
}

void atomic_netdev(struct atomic_priv *priv, struct net_device *ndev)
{
	netif_napi_add(ndev, &priv->napi, atomic_poll);
}
