/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Containers: multipart (RFC 2046) and message/cpim (RFC 3862). */
#include "config.h"

#include <string.h>

#include "gateway/map/body.h"

/* Cuts one line off, without its end. */
static struct sip_span
line_next(struct sip_span *restp)
{
	const char *nl = memchr(restp->p, '\n', restp->n);
	struct sip_span line = *restp;

	if (nl == NULL) {
		restp->p += restp->n;
		restp->n = 0;
	} else {
		line.n = (size_t)(nl - restp->p);
		restp->n -= line.n + 1;
		restp->p = nl + 1;
	}
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

static bool
split_header(
    struct sip_span line, struct sip_span *namep, struct sip_span *valuep)
{
	const char *colon = memchr(line.p, ':', line.n);

	if (colon == NULL)
		return false;
	*namep = sip_span_trim(
	    sip_span_make(line.p, (size_t)(colon - line.p)));
	*valuep = sip_span_trim(sip_span_make(
	    colon + 1, line.n - (size_t)(colon + 1 - line.p)));
	return true;
}

/* Headers up to the empty line, then the text. */
static void
part_read(struct sip_span in, struct body_part *p)
{
	struct sip_span line, name, value;

	memset(p, 0, sizeof(*p));
	p->type = p->encoding = sip_span_make("", 0);
	while (in.n > 0) {
		line = line_next(&in);
		if (line.n == 0)
			break;
		if (!split_header(line, &name, &value))
			continue;
		if (sip_span_is_nocase(name, "Content-Type"))
			p->type = value;
		else if (sip_span_is_nocase(name, "Content-Transfer-Encoding"))
			p->encoding = value;
	}
	p->text = in;
}

/* Where the next delimiter line starts; NULL: there is none. */
static const char *
delimiter(struct sip_span in, struct sip_span boundary, size_t *lenp)
{
	struct sip_span rest = in, line;
	const char *start;

	while (rest.n > 0) {
		start = rest.p;
		line = line_next(&rest);
		if (line.n >= boundary.n + 2 && line.p[0] == '-' &&
		    line.p[1] == '-' &&
		    memcmp(line.p + 2, boundary.p, boundary.n) == 0) {
			*lenp = (size_t)(rest.p - start);
			return start;
		}
	}
	return NULL;
}

bool
body_part_next(
    struct sip_span *restp, struct sip_span boundary, struct body_part *p)
{
	struct sip_span in = *restp;
	const char *start, *end;
	size_t len, end_len;

	if (boundary.n >= 2 && boundary.p[0] == '"')
		boundary = sip_span_make(boundary.p + 1, boundary.n - 2);
	if (boundary.n == 0 || boundary.n > 70)
		return false;
	start = delimiter(in, boundary, &len);
	if (start == NULL)
		return false;
	/* "--boundary--" is the end. */
	if (len >= boundary.n + 4 && start[boundary.n + 2] == '-' &&
	    start[boundary.n + 3] == '-')
		return false;
	in.n -= (size_t)(start - in.p) + len;
	in.p = start + len;
	end = delimiter(in, boundary, &end_len);
	if (end == NULL) { /* not closed: all that is left */
		part_read(in, p);
		*restp = sip_span_make(in.p + in.n, 0);
		return true;
	}
	*restp = sip_span_make(end, in.n - (size_t)(end - in.p));
	in.n = (size_t)(end - in.p);
	/* The line end in front of a delimiter belongs to it. */
	if (in.n > 0 && in.p[in.n - 1] == '\n')
		in.n--;
	if (in.n > 0 && in.p[in.n - 1] == '\r')
		in.n--;
	part_read(in, p);
	return true;
}

/* "Name <uri>" or "<uri>" or "uri". */
static struct sip_span
inside_brackets(struct sip_span s)
{
	const char *open = memchr(s.p, '<', s.n), *close;

	if (open == NULL)
		return s;
	open++;
	close = memchr(open, '>', s.n - (size_t)(open - s.p));
	if (close == NULL)
		return s;
	return sip_span_make(open, (size_t)(close - open));
}

int
body_cpim_read(struct sip_span text, struct body_cpim *c)
{
	struct sip_span line, name, value, empty = sip_span_make("", 0);
	bool any = false;

	memset(c, 0, sizeof(*c));
	c->from = c->to = c->subject = c->date_time = empty;
	c->message_id = c->disposition = empty;
	while (text.n > 0) {
		line = line_next(&text);
		if (line.n == 0) {
			if (!any) /* some put the MIME header first */
				continue;
			part_read(text, &c->part);
			return 0;
		}
		if (!split_header(line, &name, &value))
			return -1;
		any = true;
		if (sip_span_is_nocase(name, "From"))
			c->from = inside_brackets(value);
		else if (sip_span_is_nocase(name, "To"))
			c->to = inside_brackets(value);
		else if (sip_span_is_nocase(name, "Subject"))
			c->subject = value;
		else if (sip_span_is_nocase(name, "DateTime"))
			c->date_time = value;
		else if (sip_span_is_nocase(name, "imdn.Message-ID"))
			c->message_id = value;
		else if (sip_span_is_nocase(name,
		    "imdn.Disposition-Notification"))
			c->disposition = value;
	}
	return -1;
}
