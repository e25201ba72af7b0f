/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SVC_CHANNEL_INTERNAL_H
#define SVC_CHANNEL_INTERNAL_H

#include "net/loop.h"
#include "svc/frame.h"

/* Frames and descriptors over a unix stream socket on the loop. */
struct channel;

struct channel_ops {
	/* fds: fr->n_fds of them; what is not taken (-1) is closed after. */
	void (*on_frame)(
	    struct channel *c, const struct frame *fr, int *fds, void *ctx);
	void (*on_drain)(struct channel *c, void *ctx); /* below half of full */
	void (*on_closed)(
	    struct channel *c, const struct fault *why, void *ctx);
};

/* LIMIT: bytes queued before a sender is asked to wait, and at all. */
#define CHANNEL_FULL (1024 * 1024)
#define CHANNEL_MAX (64 * 1024 * 1024)

struct channel *channel_open_take(
    struct loop *l, int fd, const struct channel_ops *ops, void *ctx);
/* Closes after what can be written now; freed on a later turn. No callback
 * comes any more. */
void channel_close(struct channel *c);
int channel_send(struct channel *c, enum frame_kind kind, uint32_t id,
    struct value payload, const int *fds, size_t n_fds, struct fault *f);
size_t channel_pending(const struct channel *c);

#endif
