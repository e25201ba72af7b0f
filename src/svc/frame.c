/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Frames to bytes and back; pure. */
#include "config.h"

#include <string.h>

#include "core/codec.h"
#include "core/dict.h"
#include "svc/args.h"
#include "svc/frame.h"

static void
put16(char *p, unsigned int n)
{
	p[0] = (char)(n >> 8);
	p[1] = (char)n;
}

static void
put32(char *p, uint32_t n)
{
	put16(p, n >> 16);
	put16(p + 2, n & 0xffff);
}

static unsigned int
get16(const char *p)
{
	return (unsigned int)(unsigned char)p[0] << 8 | (unsigned char)p[1];
}

static uint32_t
get32(const char *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

int
frame_write(struct buf *b, enum frame_kind kind, uint32_t id,
    struct value payload, unsigned int n_fds, struct fault *f)
{
	size_t start = b->len, size;

	buf_add_fill(b, '\0', FRAME_HEADER_SIZE);
	if (codec_write(b, payload, f) == -1) {
		buf_truncate(b, start);
		return -1;
	}
	size = b->len - start - FRAME_HEADER_SIZE;
	if (size > FRAME_PAYLOAD_MAX) {
		buf_truncate(b, start);
		return fault_set(f, FAULT_LIMIT,
		    "a message of %zu bytes is too large", size);
	}
	put32(b->data + start, (uint32_t)size);
	put32(b->data + start + 4, id);
	put16(b->data + start + 8, (unsigned int)kind);
	put16(b->data + start + 10, n_fds);
	return 0;
}

int
frame_read(const char *data, size_t len, struct frame *fr, size_t *usedp,
    struct fault *f)
{
	uint32_t size;
	unsigned int kind;

	if (len < FRAME_HEADER_SIZE)
		return 0;
	size = get32(data);
	kind = get16(data + 8);
	memset(fr, 0, sizeof(*fr));
	fr->id = get32(data + 4);
	fr->n_fds = get16(data + 10);
	if (size > FRAME_PAYLOAD_MAX)
		return fault_set(f, FAULT_PROTOCOL,
		    "a frame claims %u bytes", (unsigned int)size);
	if (kind == 0 || kind >= FRAME_KINDS)
		return fault_set(
		    f, FAULT_PROTOCOL, "a frame is of unknown kind %u", kind);
	if (fr->n_fds > FRAME_FDS_MAX)
		return fault_set(f, FAULT_PROTOCOL,
		    "a frame claims %u descriptors", fr->n_fds);
	fr->kind = (enum frame_kind)kind;
	if (len - FRAME_HEADER_SIZE < size)
		return 0;
	if (codec_read(
		data + FRAME_HEADER_SIZE, size, NULL, &fr->payload, f) == -1) {
		(void)fault_within(f, "frame");
		f->code = FAULT_PROTOCOL;
		return -1;
	}
	*usedp = FRAME_HEADER_SIZE + size;
	return 1;
}

void
frame_clear(struct frame *fr)
{
	value_clear(&fr->payload);
}

/* On the wire a code is its name: versions may differ by one. */
static const char *const code_names[FAULT_CODES] = {
#define FAULT(code, type, id, category) #code,
#include "core/errors.def"
#undef FAULT
};

struct value
frame_fault_value(const struct fault *f)
{
	struct dict *d = dict_new(NULL);

	dict_set_str_take(d, "Code", value_string(code_names[f->code]));
	dict_set_str_take(d, "Text", value_string(f->text));
	return dict_value(d);
}

void
frame_value_fault(struct value v, struct fault *f)
{
	const char *code = args_text(v, "Code"), *text = args_text(v, "Text");
	enum fault_code found = FAULT_SYSTEM;
	int i;

	for (i = 0; code != NULL && i < FAULT_CODES; i++)
		if (strcmp(code_names[i], code) == 0)
			found = (enum fault_code)i;
	if (found == FAULT_NONE)
		found = FAULT_SYSTEM;
	(void)fault_set(f, found, "%s",
	    text == NULL || *text == '\0' ? "failed without a reason" : text);
}
