/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Redirections: to files, to nothing, into the output. */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "core/textfile.h"
#include "shell/lang/lang_internal.h"
#include "types/fileinfo.h"

/* One file; several streams may go to it. Output is laid out as on screen. */
struct redirects {
	struct redirects *next;
	struct sink sink;
	struct session *s;
	struct host host; /* first of what the formatter writes to */
	struct formatter *formatter;
	struct text_writer *w;
	char *path;
	int error; /* of the first write that failed */
	bool told; /* and it was said once */
};

static void
file_write(struct host *h, const char *text, size_t len)
{
	struct redirects *r = (struct redirects *)(void *)((char *)h -
	    offsetof(struct redirects, host));

	if (r->told)
		return;
	{
		int error = text_writer_add(r->w, text, len);

		if (r->error == 0)
			r->error = error;
	}
}

static int
file_width(struct host *h)
{
	struct redirects *r = (struct redirects *)(void *)((char *)h -
	    offsetof(struct redirects, host));

	return r->s->host->width(r->s->host);
}

static void
file_record(struct host *h, struct run *run, enum stream s,
    struct value record)
{
	char *text = value_text_plain(record);

	(void)run;
	(void)s;
	file_write(h, text, strlen(text));
	file_write(h, "\n", 1);
	mem_free(text);
}

static enum flow
file_failed(struct redirects *r)
{
	struct value target = value_string(r->path);
	enum flow flow;

	if (r->error == ENOSPC || r->error == EDQUOT)
		flow = lang_error(r->s, "System.IO.IOException",
		    "FileWriteFailure", "WriteError", target,
		    "There is not enough space on the disk. : '%s'", r->path);
	else
		flow = lang_error(r->s, "System.IO.IOException",
		    "FileWriteFailure", "WriteError", target,
		    "Writing '%s' failed: %s.", r->path, strerror(r->error));
	value_unref(target);
	r->error = 0;
	r->told = true;
	return flow;
}

static enum flow
file_put(struct sink *k, struct value v)
{
	struct redirects *r = (struct redirects *)(void *)((char *)k -
	    offsetof(struct redirects, sink));
	struct value text = VALUE_NULL;
	enum flow flow;

	if (v.type == &type_void)
		return FLOW_MORE;
	if (r->formatter != NULL) {
		flow = r->formatter->process(r->formatter, &r->s->run, v);
	} else {
		flow = value_text_culture(&r->s->run, v, &text);
		if (flow == FLOW_MORE) {
			file_write(&r->host, value_chars(text),
			    value_chars_len(text));
			file_write(&r->host, "\n", 1);
		}
		value_unref(text);
	}
	return flow == FLOW_MORE && r->error != 0 ? file_failed(r) : flow;
}

static enum flow
file_open(struct frame *f, struct value location, bool append,
    struct redirects **rp)
{
	struct session *s = f->s;
	char *text = value_text_plain(location);
	struct redirects *r;
	char *path;
	struct text_writer *w;

	path = fileinfo_from_shell(&s->run, text);
	w = text_writer_open(path, append ? TEXT_APPEND : 0, TEXT_UTF8);
	if (w == NULL) {
		int error = errno;
		enum flow flow;
		struct value target = value_string(path);

		if (error == ENOENT)
			flow = lang_error(s,
			    "System.IO.DirectoryNotFoundException",
			    "FileOpenFailure", "OpenError", target,
			    "Could not find a part of the path '%s'.", path);
		else
			flow = lang_error(s,
			    error == EACCES || error == EISDIR ?
				"System.UnauthorizedAccessException" :
				"System.IO.IOException",
			    "FileOpenFailure", "OpenError", target,
			    "Access to the path '%s' is denied.", path);
		value_unref(target);
		mem_free(path);
		mem_free(text);
		return flow;
	}
	mem_free(text);
	r = mem_zalloc(sizeof(*r));
	r->path = path;
	r->s = s;
	r->w = w;
	r->sink.put = file_put;
	r->host.write = file_write;
	r->host.width = file_width;
	r->host.record = file_record;
	if (s->formatter_kind != NULL) {
		r->formatter = s->formatter_kind->open(s->formatter_kind);
		(void)r->formatter->begin(r->formatter, &s->run, &r->host);
	}
	r->next = *rp;
	*rp = r;
	return FLOW_MORE;
}

enum flow
redirects_close(struct redirects *r, enum flow flow)
{
	while (r != NULL) {
		struct redirects *next = r->next;

		if (r->formatter != NULL) {
			struct leave kept = r->s->run.leave;

			memset(&r->s->run.leave, 0, sizeof(kept));
			(void)r->formatter->end(r->formatter, &r->s->run);
			r->formatter->free(r->formatter);
			run_leave_clear(&r->s->run);
			r->s->run.leave = kept;
		}
		{
			int error = text_writer_close(r->w);

			if (error != 0 && r->error == 0 && !r->told)
				r->error = error;
		}
		if (r->error != 0 && flow == FLOW_MORE)
			flow = file_failed(r);
		mem_free(r->path);
		mem_free(r);
		r = next;
	}
	return flow;
}

static void
redirect_to(struct streams *streams, enum tree_stream from, struct sink *to,
    struct sink **outp)
{
	static const enum stream map[] = {
		[TREE_STREAM_OUTPUT] = STREAM_OUTPUT,
		[TREE_STREAM_ERROR] = STREAM_ERROR,
		[TREE_STREAM_WARNING] = STREAM_WARNING,
		[TREE_STREAM_VERBOSE] = STREAM_VERBOSE,
		[TREE_STREAM_DEBUG] = STREAM_DEBUG,
		[TREE_STREAM_INFORMATION] = STREAM_INFORMATION,
	};

	if (from == TREE_STREAM_ALL) {
		for (int i = STREAM_ERROR; i <= STREAM_INFORMATION; i++)
			streams->to[i] = to;
		if (outp != NULL)
			*outp = to;
	} else if (from == TREE_STREAM_OUTPUT) {
		if (outp != NULL)
			*outp = to;
	} else {
		streams->to[map[from]] = to;
	}
}

static enum flow
redirect_file(struct frame *f, struct node_redirection *n,
    struct streams *streams, struct sink **outp, struct redirects **rp)
{
	struct value where = VALUE_NULL;
	enum flow flow = eval(f, n->location, &where);

	if (flow != FLOW_MORE)
		return flow;
	if (value_is_nothing(where)) {
		redirect_to(streams, n->from, &sink_null, outp);
		return FLOW_MORE;
	}
	flow = file_open(f, where, n->append, rp);
	value_unref(where);
	if (flow == FLOW_MORE)
		redirect_to(streams, n->from, &(*rp)->sink, outp);
	return flow;
}

enum flow
redirects_open(struct frame *f, struct node_list *list,
    struct streams *streams, struct stage *st, struct sink **outp,
    struct redirects **rp)
{
	for (size_t i = 0; i < list->n; i++) {
		struct node_redirection *n = node_redirection(list->v[i]);
		enum flow flow;

		if (n->node.kind != NODE_FILE_REDIRECTION)
			continue;
		flow = redirect_file(f, n, streams, outp, rp);
		if (flow != FLOW_MORE)
			return flow;
	}
	for (size_t i = 0; i < list->n; i++) {
		struct node_redirection *n = node_redirection(list->v[i]);

		/* what is merged goes where the output goes */
		if (n->node.kind == NODE_MERGE_REDIRECTION)
			redirect_to(streams, n->from,
			    st != NULL ? &st->merged : *outp, NULL);
	}
	return FLOW_MORE;
}
