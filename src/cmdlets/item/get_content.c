/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Get-Content: lines, pieces, bytes or all of a file, as they are read. */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "cmdlets/item/item_internal.h"
#include "core/buf.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/textfile.h"
#include "types/types.h"

enum {
	G_READ_COUNT,
	G_TOTAL_COUNT,
	G_TAIL,
	G_PATH,
	G_LITERAL_PATH,
	G_FILTER,
	G_INCLUDE,
	G_EXCLUDE,
	G_FORCE,
	G_CREDENTIAL,
	G_DELIMITER,
	G_WAIT,
	G_RAW,
	G_ENCODING,
	G_AS_BYTE_STREAM,
};

static const struct param_spec content_params[] = {
	{ "ReadCount", "long", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "how many lines at a time" },
	{ "TotalCount", "long", "First Head",
	    "*/p", 0, NULL, 0, INT64_MAX,
	    "how many from the start" },
	{ "Tail", "int", "Last",
	    "*/p", 0, NULL, 0, 2147483647,
	    "how many from the end" },
	{ "Path", "string[]", NULL,
	    "Path/0mp", 0, NULL, 0, 0,
	    "where; wildcards are expanded" },
	{ "LiteralPath", "string[]", "PSPath LP",
	    "LiteralPath/mp", 0, NULL, 0, 0,
	    "where, exactly as written" },
	{ "Filter", "string", NULL,
	    NULL, 0, NULL, 0, 0,
	    "a pattern the file system itself applies to names" },
	{ "Include", "string[]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "only what matches one of these" },
	{ "Exclude", "string[]", NULL,
	    NULL, 0, NULL, 0, 0,
	    "not what matches one of these" },
	{ "Force", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "hidden and protected things too" },
	{ "Credential", "pscredential", NULL,
	    "*/p", 0, NULL, 0, 0,
	    "who to act as" },
	{ "Delimiter", "string", NULL,
	    NULL, 0, NULL, 0, 0,
	    "what stands between pieces" },
	{ "Wait", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "waits for more" },
	{ "Raw", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "all as one string" },
	{ "Encoding", "System.Object", NULL,
	    NULL, PARAM_NOT_EMPTY, NULL, 0, 0,
	    "the encoding of the text; utf8NoBOM unless said otherwise" },
	{ "AsByteStream", "switch", NULL,
	    NULL, 0, NULL, 0, 0,
	    "bytes in place of text" },
	{ NULL, NULL, NULL, NULL, 0, NULL, 0, 0, NULL },
};

/* How long -Wait sleeps between looks. */
#define WAIT_MS 200

struct reading {
	struct text_reader *reader;
	const char *delimiter;
	int64_t left;  /* -1: all */
	int64_t batch; /* 0: all at once; 1: one by one */
	struct list *gathered;
};

static enum flow
failed(struct call *c, const struct place *p, int error)
{
	return place_failed(c, p, error, "GetContentReader ", "ReadError");
}

static enum flow
is_folder(struct call *c, const struct place *p)
{
	char *message = mem_printf("Unable to get content because it is a "
				   "directory: '%s'. Please use "
				   "'Get-ChildItem' instead.", p->path);
	struct error_spec spec = {
		.exception = "System.InvalidOperationException",
		.id = "GetContainerContentException",
		.category = "InvalidOperation", .message = message };
	enum flow flow = call_error(c, &spec);

	mem_free(message);
	return flow;
}

static enum flow
give_gathered(struct call *c, struct reading *rd)
{
	struct list *l = rd->gathered;

	rd->gathered = NULL;
	if (l == NULL)
		return FLOW_MORE;
	return call_emit_take(c, list_value(l));
}

/* One piece goes down, or joins those that go together. */
static enum flow
give(struct call *c, struct reading *rd, struct value take)
{
	if (rd->left > 0)
		rd->left--;
	if (rd->batch == 1)
		return call_emit_take(c, take);
	if (rd->gathered == NULL)
		rd->gathered = list_new(NULL, 16);
	list_add_take(rd->gathered, take);
	if (rd->batch > 1 && (int64_t)rd->gathered->count >= rd->batch)
		return give_gathered(c, rd);
	return FLOW_MORE;
}

static enum flow
read_lines(struct call *c, const struct place *p, struct reading *rd)
{
	enum flow flow = FLOW_MORE;
	const char *s;
	size_t n;
	int got = 0;

	while (rd->left != 0 && flow == FLOW_MORE &&
	    (got = text_reader_next(rd->reader, rd->delimiter, &s, &n)) > 0)
		flow = give(c, rd, text_value(s, n));
	if (flow == FLOW_MORE && got < 0)
		flow = failed(c, p, errno);
	return flow;
}

static enum flow
read_bytes(struct call *c, const struct place *p, struct reading *rd)
{
	const struct type *t = type_find("byte", 4);
	unsigned char chunk[16384];
	enum flow flow = FLOW_MORE;
	ssize_t n = 0;

	if (call_switch(c, G_RAW)) {
		struct buf b = { 0 };

		while ((n = text_reader_bytes(rd->reader, chunk,
			    sizeof(chunk))) > 0)
			buf_add(&b, chunk, (size_t)n);
		flow = call_emit_take(c, value_bytes(buf_text(&b), b.len));
		buf_clear(&b);
	}
	while (rd->left != 0 && flow == FLOW_MORE &&
	    (n = text_reader_bytes(rd->reader, chunk, sizeof(chunk))) > 0)
		for (ssize_t i = 0; i < n && rd->left != 0 &&
		     flow == FLOW_MORE; i++) {
			struct value v = { .type = t, .u.i = chunk[i] };

			flow = give(c, rd, v);
		}
	if (flow == FLOW_MORE && n < 0)
		flow = failed(c, p, errno);
	return flow;
}

static enum flow
read_raw(struct call *c, const struct place *p, struct reading *rd)
{
	struct buf b = { 0 };
	enum flow flow;

	if (text_reader_rest(rd->reader, &b) < 0) {
		buf_clear(&b);
		return failed(c, p, errno);
	}
	if (b.len == 0 && !call_bound(c, G_TAIL))
		flow = FLOW_MORE; /* an empty file has no text at all */
	else
		flow = call_emit_take(c, text_value(buf_text(&b), b.len));
	buf_clear(&b);
	return flow;
}

static enum flow
wait_for_more(struct call *c, const struct place *p, struct reading *rd)
{
	struct run *r = call_run(c);
	enum flow flow = FLOW_MORE;

	while (flow == FLOW_MORE && rd->left != 0) {
		if (r->ops->wait(r, -1, 0, WAIT_MS) < 0)
			return run_check_stop(r);
		text_reader_again(rd->reader);
		flow = call_switch(c, G_AS_BYTE_STREAM) ?
		    read_bytes(c, p, rd) : read_lines(c, p, rd);
	}
	return flow;
}

static enum flow
get_file(struct call *c, const struct place *p, struct reading *rd,
    unsigned encoding)
{
	enum flow flow;

	rd->reader = text_reader_open(p->path, (enum text_encoding)encoding);
	if (rd->reader == NULL)
		return errno == EISDIR ? is_folder(c, p) :
					 failed(c, p, errno);
	if (call_bound(c, G_TAIL) && !call_switch(c, G_AS_BYTE_STREAM) &&
	    text_reader_tail(rd->reader, rd->delimiter,
		(size_t)call_int(c, G_TAIL, 0)) < 0)
		flow = failed(c, p, errno);
	else if (call_switch(c, G_AS_BYTE_STREAM))
		flow = read_bytes(c, p, rd);
	else if (call_switch(c, G_RAW))
		flow = read_raw(c, p, rd);
	else
		flow = read_lines(c, p, rd);
	if (flow == FLOW_MORE && call_switch(c, G_WAIT))
		flow = wait_for_more(c, p, rd);
	if (flow == FLOW_MORE)
		flow = give_gathered(c, rd);
	text_reader_close(rd->reader);
	rd->reader = NULL;
	return flow;
}

static enum flow
get_one(struct call *c, const struct place *p, void *arg)
{
	struct reading rd = { .left = call_int(c, G_TOTAL_COUNT, -1),
		.batch = call_int(c, G_READ_COUNT, 1) };
	unsigned *encoding = arg;
	struct value v = VALUE_NULL;
	enum flow flow;

	if (p->provider == PROVIDER_FILESYSTEM) {
		rd.delimiter = call_string(c, G_DELIMITER);
		if (rd.delimiter != NULL && *rd.delimiter == '\0')
			rd.delimiter = NULL;
		if (rd.batch < 0)
			rd.batch = 0;
		flow = get_file(c, p, &rd, *encoding);
		if (rd.gathered != NULL)
			value_unref(list_value(rd.gathered));
		return flow;
	}
	flow = flat_content(c, p, &v);
	if (flow == FLOW_MORE)
		flow = value_unrolls(v) ? call_emit_each(c, v) :
					  call_emit(c, v);
	value_unref(v);
	return flow;
}

static enum flow
content_process(struct call *c)
{
	struct name_filter f = { call_string(c, G_FILTER),
		call_param(c, G_INCLUDE), call_param(c, G_EXCLUDE) };
	struct error_spec both = {
		.exception = "System.InvalidOperationException",
		.id = "TailAndHeadCannotCoexist",
		.category = "InvalidOperation",
		.message = "The parameters TotalCount and Tail cannot be used "
			   "together. Please specify only one parameter." };
	unsigned encoding;
	enum flow flow = encoding_param(c, G_ENCODING, &encoding);

	if (flow != FLOW_MORE)
		return flow;
	if (call_bound(c, G_TAIL) && call_bound(c, G_TOTAL_COUNT))
		return call_error(c, &both);
	return place_each_of(c, G_PATH, G_LITERAL_PATH,
	    call_switch(c, G_FORCE) ? GLOB_HIDDEN : 0, &f, get_one,
	    &encoding);
}

const struct cmdlet cmdlet_get_content = {
	.name = "Get-Content",
	.class_name = "Microsoft.PowerShell.Commands.GetContentCommand",
	.module = "Microsoft.PowerShell.Management",
	.default_set = "Path",
	.params = content_params,
	.synopsis = "Gives what is in a file, line by line",
	.process = content_process,
};
