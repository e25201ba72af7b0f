/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The XML stream reader. The first byte chooses how the rest is cut; the
 * events must be the same as for the whole, and what was read must be
 * writable and readable again.
 */
#include "config.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "xml/xml_read.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_all(const uint8_t *data, size_t size, size_t step, struct buf *out)
{
	struct xml_limits limits = { .max_bytes = 4096 };
	struct xml_reader *r = xml_reader_new(&limits);
	struct xml_event ev;
	struct xml *again;
	size_t at, n;
	char *text;

	for (at = 0; at < size; at += n) {
		n = step < size - at ? step : size - at;
		xml_reader_push(r, data + at, n);
		while (xml_reader_next(r, &ev) > 0) {
			buf_printf(out, "%d:", (int)ev.kind);
			if (ev.kind == XML_EVENT_ERROR)
				break;
			if (ev.x == NULL)
				continue;
			text = xml_write_text(ev.x, NULL);
			buf_add_str(out, text);
			if (ev.kind == XML_EVENT_ELEMENT) {
				again = xml_parse(text, strlen(text), NULL, NULL);
				if (again == NULL && strlen(text) < 262144)
					abort();
				xml_free(again);
			}
			mem_free(text);
			xml_event_clear(&ev);
		}
	}
	xml_reader_free(r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole, cut;

	if (size < 2)
		return 0;
	buf_init(&whole);
	buf_init(&cut);
	read_all(data + 1, size - 1, size, &whole);
	read_all(data + 1, size - 1, 1u + data[0] % 16u, &cut);
	if (whole.len != cut.len || memcmp(whole.data, cut.data, cut.len) != 0)
		abort();
	buf_clear(&whole);
	buf_clear(&cut);
	return 0;
}
