/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef SVC_FRAME_H
#define SVC_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/fault.h"
#include "core/value.h"

/*
 * What our processes say to each other (doc/internals/control.md): length,
 * id, kind, number of descriptors, and one value of core/codec.
 */
enum frame_kind {
	FRAME_HELLO = 1, /* { Version, Name } first, from both sides */
	FRAME_CALL,      /* [ method, argument ]; id names the call */
	FRAME_OBJECT,    /* one result of call id */
	FRAME_PROGRESS,  /* { Activity, Status, Percent } of call id */
	FRAME_FAULT,     /* { Code, Text }: call id failed */
	FRAME_END,       /* call id is done */
	FRAME_CANCEL,    /* the caller of id does not want more */
	FRAME_TELL,      /* [ name, argument ], no answer; may carry descriptors */
	FRAME_KINDS
};

#define FRAME_VERSION     1
#define FRAME_HEADER_SIZE 12
#define FRAME_PAYLOAD_MAX (16u * 1024 * 1024)
#define FRAME_FDS_MAX     8

struct frame {
	uint32_t id;
	enum frame_kind kind;
	unsigned int n_fds; /* how many descriptors belong to it */
	struct value payload; /* owned; frame_clear */
};

/* Appends one frame; -1 when payload cannot be carried (b unchanged). */
int frame_write(struct buf *b, enum frame_kind kind, uint32_t id,
    struct value payload, unsigned int n_fds, struct fault *f);

/*
 * Reads the frame at the start of data. 1: *fr is filled, *usedp bytes are
 * its; 0: more bytes are needed; -1: no frame (the connection is lost).
 */
int frame_read(const char *data, size_t len, struct frame *fr, size_t *usedp,
    struct fault *f);
void frame_clear(struct frame *fr);

/* Faults on the wire. A code that is not known arrives as FAULT_SYSTEM. */
struct value frame_fault_value(const struct fault *f); /* owned */
void frame_value_fault(struct value v, struct fault *f);

#endif
