/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs that nobody watches: where their streams go, and how they look. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/object.h"
#include "core/string.h"
#include "shell/format/error_view.h"
#include "shell/format/format.h"
#include "shell/prompt/batch.h"
#include "types/types.h"

static void
batch_write(struct host *h, const char *text, size_t len)
{
	(void)h;
	(void)fwrite(text, 1, len, stdout);
}

static void
batch_flush(struct host *h)
{
	(void)h;
	(void)fflush(stdout);
}

/* Write-Host's record: its text, and whether a line ends there. */
static struct value
host_text(struct run *r, struct value record)
{
	struct value data = VALUE_NULL, text = VALUE_NULL, out;
	bool found = false, no_newline = false;

	if (value_get_member(r, record, "MessageData", &data, &found) !=
	    FLOW_MORE)
		run_leave_clear(r);
	if (value_is_object(data) &&
	    object_find(object_of(data), "NoNewLine") != NULL) {
		struct value v = object_peek(object_of(data), "NoNewLine");

		no_newline = v.type == &type_bool && v.u.b;
		text = object_get(object_of(data), "Message");
	} else if (value_text_culture(r, data, &text) != FLOW_MORE) {
		run_leave_clear(r);
	}
	out = value_printf("%s%s",
	    value_is_string(text) ? value_chars(text) : "",
	    no_newline ? "" : "\n");
	value_unref(text);
	value_unref(data);
	return out;
}

struct value
batch_record_text(struct host *h, struct run *r, enum stream s,
    struct value record)
{
	static const char *const words[] = {
		[STREAM_WARNING] = "WARNING",
		[STREAM_VERBOSE] = "VERBOSE",
		[STREAM_DEBUG] = "DEBUG",
	};
	struct value text = VALUE_NULL, out;

	if (s == STREAM_ERROR)
		return error_view(r, record, h->width(h), h->colour);
	if (s == STREAM_INFORMATION)
		return host_text(r, record);
	if (s != STREAM_WARNING && s != STREAM_VERBOSE && s != STREAM_DEBUG)
		return value_string("");
	if (value_text(r, record, &text) != FLOW_MORE)
		run_leave_clear(r);
	out = value_printf("%s: %s\n", words[s],
	    value_is_string(text) ? value_chars(text) : "");
	value_unref(text);
	return out;
}

static void
batch_record(struct host *h, struct run *r, enum stream s,
    struct value record)
{
	struct value text = batch_record_text(h, r, s, record);

	if (s == STREAM_ERROR) {
		(void)fflush(stdout);
		(void)fwrite(value_chars(text), 1, value_chars_len(text),
		    stderr);
	} else {
		/* Somebody may follow it down a pipe: not when we end. */
		batch_write(h, value_chars(text), value_chars_len(text));
		(void)fflush(stdout);
	}
	value_unref(text);
}

static int
batch_width(struct host *h)
{
	struct winsize ws;

	(void)h;
	if (isatty(1) && ioctl(1, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0)
		return ws.ws_col;
	return 80;
}

void
batch_host_init(struct host *h)
{
	memset(h, 0, sizeof(*h));
	h->write = batch_write;
	h->record = batch_record;
	h->width = batch_width;
	h->flush = batch_flush;
	h->passes_descriptors = true;
	h->colour = isatty(1) && getenv("NO_COLOR") == NULL;
}

/* ---- the formatter ---- */

struct engine_formatter {
	struct formatter formatter;
	struct format_engine *engine;
	struct host *host;
};

static void
engine_write(void *arg, const char *text, size_t len)
{
	struct engine_formatter *e = arg;

	e->host->write(e->host, text, len);
}

static enum flow
engine_begin(struct formatter *f, struct run *r, struct host *h)
{
	struct engine_formatter *e = (struct engine_formatter *)(void *)f;

	(void)r;
	e->host = h;
	e->engine = format_engine_new(h->width(h) - 1, engine_write, e);
	return FLOW_MORE;
}

/* A record as output looks as it does on the error stream. */
static enum flow
engine_error(struct engine_formatter *e, struct run *r, struct value v)
{
	struct value text = error_view(r, v, e->host->width(e->host),
	    e->host->colour);
	enum flow flow = format_engine_process(e->engine, r, text);

	value_unref(text);
	return flow;
}

static enum flow
engine_process(struct formatter *f, struct run *r, struct value v)
{
	struct engine_formatter *e = (struct engine_formatter *)(void *)f;
	const struct type *t = value_type(v);

	if (t != NULL && strcmp(t->name,
	    "System.Management.Automation.ErrorRecord") == 0)
		return engine_error(e, r, value_base(v));
	return format_engine_process(e->engine, r, v);
}

static enum flow
engine_end(struct formatter *f, struct run *r)
{
	struct engine_formatter *e = (struct engine_formatter *)(void *)f;

	return format_engine_end(e->engine, r);
}

static void
engine_free(struct formatter *f)
{
	struct engine_formatter *e = (struct engine_formatter *)(void *)f;

	if (e->engine != NULL)
		format_engine_free(e->engine);
	mem_free(e);
}

static struct formatter *
engine_open(const struct formatter *f)
{
	struct engine_formatter *e = mem_zalloc(sizeof(*e));

	e->formatter = *f;
	return &e->formatter;
}

const struct formatter batch_formatter = {
	.begin = engine_begin,
	.process = engine_process,
	.end = engine_end,
	.open = engine_open,
	.free = engine_free,
};
