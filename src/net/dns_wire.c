/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers as they stand on the wire (RFC 1035 4, 2782, 6698). */
#include "config.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "net/dns_wire.h"

#define TYPE_CNAME 5
#define RECORDS_MAX 256
#define CNAMES_MAX 16
#define POINTERS_MAX 64

struct reader {
	const unsigned char *msg;
	size_t len, at;
	bool bad;
};

struct record {
	char owner[256];
	uint16_t type, class;
	uint32_t ttl;
	size_t data_at, data_len;
};

static unsigned int
get8(struct reader *r)
{
	if (r->at + 1 > r->len) {
		r->bad = true;
		return 0;
	}
	return r->msg[r->at++];
}

static uint16_t
get16(struct reader *r)
{
	unsigned int high = get8(r);

	return (uint16_t)(high << 8 | get8(r));
}

static uint32_t
get32(struct reader *r)
{
	uint32_t high = get16(r);

	return high << 16 | get16(r);
}

/* A name as lower-case text without the last dot; the root is ".". */
static void
get_name(struct reader *r, char out[256])
{
	size_t n = 0, i, at = r->at, end = 0;
	unsigned int len, jumps = 0;

	for (;;) {
		if (at >= r->len)
			goto bad;
		len = r->msg[at++];
		if (len == 0)
			break;
		if ((len & 0xc0) == 0xc0) {
			if (at >= r->len || ++jumps > POINTERS_MAX)
				goto bad;
			if (end == 0)
				end = at + 1;
			at = (len & 0x3fu) << 8 | r->msg[at];
			continue;
		}
		if (len > 63 || at + len > r->len || n + len + 1 > 254)
			goto bad;
		if (n > 0)
			out[n++] = '.';
		for (i = 0; i < len; i++, at++) {
			/* Such a name is no host of ours to reach. */
			if (r->msg[at] <= ' ' || r->msg[at] > 126 ||
			    r->msg[at] == '.')
				goto bad;
			out[n++] = (char)tolower(r->msg[at]);
		}
	}
	if (n == 0)
		out[n++] = '.';
	out[n] = '\0';
	r->at = end != 0 ? end : at;
	return;
bad:
	r->bad = true;
	out[0] = '\0';
}

static void
skip_name(struct reader *r)
{
	unsigned int len;

	while (!r->bad && (len = get8(r)) != 0) {
		if ((len & 0xc0) == 0xc0) {
			(void)get8(r);
			return;
		}
		r->at += len;
	}
}

static bool
get_record(struct reader *r, struct record *rec)
{
	size_t start = r->at;

	get_name(r, rec->owner);
	if (r->bad) {
		/* An owner we cannot spell: not for us, but skippable. */
		r->bad = false;
		r->at = start;
		skip_name(r);
	}
	rec->type = get16(r);
	rec->class = get16(r);
	rec->ttl = get32(r);
	rec->data_len = get16(r);
	rec->data_at = r->at;
	if (r->bad || rec->data_len > r->len - r->at) {
		r->bad = true;
		return false;
	}
	r->at += rec->data_len;
	return true;
}

void
dns_answer_add_srv(struct dns_answer *a, const struct resolver_srv *s)
{
	a->srv = mem_array_grow(a->srv, a->n + 1, sizeof(*a->srv));
	a->srv[a->n++] = *s;
}

void
dns_answer_add_addr(struct dns_answer *a, const struct addr *addr)
{
	a->addrs = mem_array_grow(a->addrs, a->n + 1, sizeof(*a->addrs));
	a->addrs[a->n++] = *addr;
}

void
dns_answer_add_tlsa(struct dns_answer *a, const struct resolver_tlsa *t)
{
	a->tlsa = mem_array_grow(a->tlsa, a->n + 1, sizeof(*a->tlsa));
	a->tlsa[a->n++] = *t;
}

void
dns_answer_clear(struct dns_answer *a)
{
	mem_free(a->srv);
	mem_free(a->addrs);
	mem_free(a->tlsa);
	memset(a, 0, sizeof(*a));
}

/* One record's data; what does not fit its type is left out. */
static void
take_record(const unsigned char *msg, size_t len, enum resolver_type type,
    const struct record *rec, struct dns_answer *a)
{
	struct reader r = { msg, rec->data_at + rec->data_len, rec->data_at,
		false };
	struct resolver_tlsa tlsa = { 0 };
	struct resolver_srv srv = { 0 };
	struct addr addr;

	switch (type) {
	case RESOLVER_A:
	case RESOLVER_AAAA:
		if (rec->data_len == (type == RESOLVER_A ? 4u : 16u) &&
		    addr_from_bytes(
			msg + rec->data_at, rec->data_len, 0, &addr) == 0)
			dns_answer_add_addr(a, &addr);
		return;
	case RESOLVER_SRV:
		srv.priority = get16(&r);
		srv.weight = get16(&r);
		srv.port = get16(&r);
		r.len = len; /* names may point anywhere */
		get_name(&r, srv.target);
		if (!r.bad)
			dns_answer_add_srv(a, &srv);
		return;
	case RESOLVER_TLSA:
		tlsa.usage = (uint8_t)get8(&r);
		tlsa.selector = (uint8_t)get8(&r);
		tlsa.matching = (uint8_t)get8(&r);
		if (r.bad || r.len - r.at > sizeof(tlsa.data))
			return;
		tlsa.len = (uint16_t)(r.len - r.at);
		memcpy(tlsa.data, msg + r.at, tlsa.len);
		dns_answer_add_tlsa(a, &tlsa);
		return;
	}
}

int
dns_wire_read(const unsigned char *msg, size_t len, enum resolver_type type,
    const char *name, struct dns_answer *a)
{
	struct reader r = { msg, len, 4, false }, target;
	unsigned int questions, answers, i, pass;
	char want[256];
	struct record rec;
	size_t first, n = strlen(name);
	bool followed;

	memset(a, 0, sizeof(*a));
	if (n > 1 && name[n - 1] == '.')
		n--;
	if (n == 0 || n >= sizeof(want))
		return -1;
	memcpy(want, name, n);
	want[n] = '\0';
	questions = get16(&r);
	answers = get16(&r);
	r.at = 12;
	for (i = 0; i < questions && !r.bad && i < 16; i++) {
		skip_name(&r);
		r.at += 4;
	}
	first = r.at;
	a->ttl = UINT32_MAX;
	for (pass = 0; pass < CNAMES_MAX; pass++) {
		followed = false;
		r.at = first;
		for (i = 0; i < answers && i < RECORDS_MAX; i++) {
			if (!get_record(&r, &rec))
				break;
			if (rec.class != 1 ||
			    strcasecmp(rec.owner, want) != 0)
				continue;
			if (rec.ttl < a->ttl)
				a->ttl = rec.ttl;
			if (rec.type == type) {
				take_record(msg, len, type, &rec, a);
			} else if (rec.type == TYPE_CNAME && a->n == 0) {
				target = r;
				target.at = rec.data_at;
				get_name(&target, want);
				if (target.bad)
					return -1;
				followed = true;
				break;
			}
		}
		if (!followed)
			break;
	}
	if (r.bad && a->n == 0)
		return -1;
	return 0;
}
