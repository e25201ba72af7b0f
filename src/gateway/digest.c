/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Digest authentication of SIP clients. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/chain.h"
#include "core/log.h"
#include "core/mem.h"
#include "gateway/digest.h"
#include "gateway/sip/field.h"
#include "gateway/sip/msg_write.h"
#include "net/hash.h"

/* */
#define NONCE_MS 300000
/* LIMIT: nonces whose counts are remembered; then any one is forgotten. */
#define NONCES_MAX 262144
/* failures in a minute, by address and user and by address alone. */
#define FAILURES_USER 10
#define FAILURES_ADDR 200
#define FAILURES_MS   60000
#define FAILURES_MAX  65536

/* How long it is remembered who was challenged, and who knows only MD5. */
#define CHALLENGED_MS 600000
#define MD5_ONLY_MS   3600000
#define MARKS_MAX     65536

/*
 * COMPAT: libre before 2.10 refuses the whole answer (ENOSYS) when one of its
 * challenges has another algorithm than MD5.
 */
static const char *const md5_only_agents[] = {
	"baresip v0.",
	"baresip v1.",
};

/* 16 hex digits of time, 8 of chance, 32 of the seal. */
#define NONCE_TIME 16
#define NONCE_HEAD 24
#define NONCE_SIZE 56

static const struct {
	const char *name;
	enum hash_kind hash;
	enum usertable_digest ha1;
} algorithms[] = {
	{ "SHA-256", HASH_SHA256, USERTABLE_SHA256 },
	{ "MD5", HASH_MD5, USERTABLE_MD5 },
};
#define ALGORITHMS (sizeof(algorithms) / sizeof(algorithms[0]))

/* A nonce that was used: the highest count and a window below it. */
struct nonce {
	struct chain_link link;
	char text[NONCE_SIZE + 1];
	uint32_t top;
	uint64_t window; /* bit i: top - i was seen */
	int64_t until;
};

struct failures {
	struct chain_link link;
	uint64_t key;
	int64_t since;
	unsigned n;
};

struct mark {
	struct chain_link link;
	uint64_t key;
	int64_t until;
};

struct digest {
	struct loop *loop;
	char *realm;
	unsigned char key[32];
	struct chain nonces, failures, marks;
	struct loop_timer *sweep;
};

/* What a client's Authorization says; spans into the message. */
struct credentials {
	struct sip_span username, realm, nonce, uri, response, algorithm;
	struct sip_span cnonce, nc, qop;
};

/* -- tables -------------------------------------------------------------- */

static void
digest_sweep(void *arg)
{
	struct digest *d = arg;
	int64_t now = loop_now(d->loop);
	struct chain_walk w = { 0 };
	struct chain_link *l;

	while ((l = chain_next(&d->nonces, &w)) != NULL) {
		struct nonce *n = CHAIN_OF(l, struct nonce, link);

		if (n->until > now)
			continue;
		chain_remove(&d->nonces, l);
		mem_free(n);
	}
	memset(&w, 0, sizeof(w));
	while ((l = chain_next(&d->failures, &w)) != NULL) {
		struct failures *f = CHAIN_OF(l, struct failures, link);

		if (f->since + FAILURES_MS > now)
			continue;
		chain_remove(&d->failures, l);
		mem_free(f);
	}
	memset(&w, 0, sizeof(w));
	while ((l = chain_next(&d->marks, &w)) != NULL) {
		struct mark *m = CHAIN_OF(l, struct mark, link);

		if (m->until > now)
			continue;
		chain_remove(&d->marks, l);
		mem_free(m);
	}
	loop_timer_set(d->sweep, FAILURES_MS);
}

struct digest *
digest_new(struct loop *l)
{
	struct digest *d = mem_zalloc(sizeof(*d));
	uint64_t seed[2];

	d->loop = l;
	d->realm = mem_strdup("");
	loop_random(l, d->key, sizeof(d->key));
	loop_random(l, seed, sizeof(seed));
	chain_init(&d->nonces, seed);
	chain_init(&d->failures, seed);
	chain_init(&d->marks, seed);
	d->sweep = loop_timer_new(l, digest_sweep, d);
	loop_timer_set(d->sweep, FAILURES_MS);
	return d;
}

void
digest_free(struct digest *d)
{
	struct chain_link *l;

	if (d == NULL)
		return;
	while ((l = chain_any(&d->nonces)) != NULL) {
		chain_remove(&d->nonces, l);
		mem_free(CHAIN_OF(l, struct nonce, link));
	}
	while ((l = chain_any(&d->failures)) != NULL) {
		chain_remove(&d->failures, l);
		mem_free(CHAIN_OF(l, struct failures, link));
	}
	while ((l = chain_any(&d->marks)) != NULL) {
		chain_remove(&d->marks, l);
		mem_free(CHAIN_OF(l, struct mark, link));
	}
	chain_clear(&d->marks);
	chain_clear(&d->nonces);
	chain_clear(&d->failures);
	loop_timer_free(d->sweep);
	mem_wipe(d->key, sizeof(d->key));
	mem_free(d->realm);
	mem_free(d);
}

void
digest_set_realm(struct digest *d, const char *realm)
{
	mem_free(d->realm);
	d->realm = mem_strdup(realm);
}

/* -- throttle (A-07) ------------------------------------------------------ */

static struct failures *
failures_find(struct digest *d, uint64_t key, bool make)
{
	uint64_t hash = chain_hash(&d->failures, &key, sizeof(key));
	struct chain_link *l = chain_first(&d->failures, hash);
	struct failures *f;

	for (; l != NULL; l = chain_again(l)) {
		f = CHAIN_OF(l, struct failures, link);
		if (f->key == key)
			return f;
	}
	if (!make || d->failures.count >= FAILURES_MAX)
		return NULL;
	f = mem_zalloc(sizeof(*f));
	f->key = key;
	f->since = loop_now(d->loop);
	chain_add(&d->failures, &f->link, hash);
	return f;
}

static uint64_t
user_key(struct digest *d, const struct addr *from, struct sip_span user)
{
	uint64_t hash[2] = { addr_peer_key(from),
		chain_hash(&d->failures, user.p, user.n) };

	return chain_hash(&d->failures, hash, sizeof(hash));
}

static bool
failures_over(struct digest *d, uint64_t key, unsigned most)
{
	struct failures *f = failures_find(d, key, false);

	if (f == NULL)
		return false;
	if (f->since + FAILURES_MS <= loop_now(d->loop))
		f->n = 0;
	return f->n >= most;
}

static void
failure_note(struct digest *d, uint64_t key)
{
	struct failures *f = failures_find(d, key, true);
	int64_t now = loop_now(d->loop);

	if (f == NULL)
		return;
	if (f->since + FAILURES_MS <= now) {
		f->since = now;
		f->n = 0;
	}
	f->n++;
}

/* -- nonces (A-03) -------------------------------------------------------- */

/*
 * A nonce is good from where it was sent to: else somebody could take one and
 * fail with it in another's name, until that one is banned.
 */
static void
nonce_seal(const struct digest *d, const struct addr *to, const char *head,
    char out[33])
{
	uint64_t peer = addr_peer_key(to);
	struct buf b = { 0 };
	char hex[HASH_HEX_SIZE];

	buf_add(&b, head, NONCE_HEAD);
	buf_add(&b, &peer, sizeof(peer));
	buf_add_str(&b, d->realm);
	(void)hash_hmac_hex(
	    HASH_SHA256, d->key, sizeof(d->key), b.data, b.len, hex);
	memcpy(out, hex, 32);
	out[32] = '\0';
	buf_clear(&b);
}

static void
nonce_make(
    struct digest *d, const struct addr *to, char out[NONCE_SIZE + 1])
{
	uint32_t chance;

	loop_random(d->loop, &chance, sizeof(chance));
	(void)snprintf(out, NONCE_SIZE + 1, "%016llx%08x",
	    (unsigned long long)loop_now(d->loop), chance);
	nonce_seal(d, to, out, out + NONCE_HEAD);
}

static bool
nonce_is_ours(const struct digest *d, const struct addr *from,
    struct sip_span nonce)
{
	char seal[33];

	if (nonce.n != NONCE_SIZE)
		return false;
	nonce_seal(d, from, nonce.p, seal);
	return hash_equal(seal, nonce.p + NONCE_HEAD, 32);
}

static int64_t
nonce_age(const struct digest *d, struct sip_span nonce)
{
	char text[NONCE_TIME + 1];

	memcpy(text, nonce.p, NONCE_TIME);
	text[NONCE_TIME] = '\0';
	return loop_now(d->loop) - (int64_t)strtoull(text, NULL, 16);
}

static struct nonce *
nonce_find(struct digest *d, struct sip_span text)
{
	uint64_t hash = chain_hash(&d->nonces, text.p, text.n);
	struct chain_link *l = chain_first(&d->nonces, hash);
	struct nonce *n;

	for (; l != NULL; l = chain_again(l)) {
		n = CHAIN_OF(l, struct nonce, link);
		if (memcmp(n->text, text.p, NONCE_SIZE) == 0)
			return n;
	}
	if (d->nonces.count >= NONCES_MAX) {
		l = chain_any(&d->nonces);
		chain_remove(&d->nonces, l);
		mem_free(CHAIN_OF(l, struct nonce, link));
	}
	n = mem_zalloc(sizeof(*n));
	memcpy(n->text, text.p, NONCE_SIZE);
	n->until = loop_now(d->loop) + NONCE_MS;
	chain_add(&d->nonces, &n->link, hash);
	return n;
}

/* A count may be used once; datagrams may overtake each other by 63. */
static bool
nonce_use(struct digest *d, struct sip_span text, uint32_t nc)
{
	struct nonce *n = nonce_find(d, text);
	uint32_t behind;

	if (nc == 0)
		return false;
	if (nc > n->top) {
		n->window = nc - n->top > 63 ? 0 : n->window << (nc - n->top);
		n->window |= 1;
		n->top = nc;
		return true;
	}
	behind = n->top - nc;
	if (behind > 63 || (n->window >> behind & 1) != 0)
		return false;
	n->window |= (uint64_t)1 << behind;
	return true;
}

/* -- marks ---------------------------------------------------------------- */

static struct mark *
mark_find(const struct digest *d, uint64_t key)
{
	struct chain_link *l = chain_first(&d->marks, key);

	return l == NULL ? NULL : CHAIN_OF(l, struct mark, link);
}

static void
mark_set(struct digest *d, uint64_t key, int64_t ms)
{
	struct mark *m = mark_find(d, key);

	if (m == NULL && d->marks.count >= MARKS_MAX)
		return;
	if (m == NULL) {
		m = mem_zalloc(sizeof(*m));
		m->key = key;
		chain_add(&d->marks, &m->link, key);
	}
	m->until = loop_now(d->loop) + ms;
}

static void
mark_clear(struct digest *d, uint64_t key)
{
	struct mark *m = mark_find(d, key);

	if (m == NULL)
		return;
	chain_remove(&d->marks, &m->link);
	mem_free(m);
}

static uint64_t
call_key(const struct digest *d, const struct sip_msg *m)
{
	struct sip_span id = sip_msg_call_id(m);

	return chain_hash(&d->marks, id.p, id.n);
}

/* -- checking ------------------------------------------------------------- */

static bool
credentials_read(struct sip_span value, struct credentials *c)
{
	struct sip_auth a;

	memset(c, 0, sizeof(*c));
	if (sip_auth_read(value, &a) != 0 ||
	    !sip_span_is_nocase(a.scheme, "Digest"))
		return false;
	(void)sip_auth_param(&a, "cnonce", &c->cnonce);
	(void)sip_auth_param(&a, "nc", &c->nc);
	(void)sip_auth_param(&a, "qop", &c->qop);
	(void)sip_auth_param(&a, "algorithm", &c->algorithm);
	return sip_auth_param(&a, "username", &c->username) &&
	       sip_auth_param(&a, "realm", &c->realm) &&
	       sip_auth_param(&a, "nonce", &c->nonce) &&
	       sip_auth_param(&a, "uri", &c->uri) &&
	       sip_auth_param(&a, "response", &c->response);
}

/* The credentials for our realm, among several headers. */
static bool
credentials_find(
    const struct digest *d, const struct sip_msg *m, struct credentials *c)
{
	struct sip_values it = sip_values_of(m, SIP_HDR_AUTHORIZATION);
	struct sip_span value;

	while (sip_values_next(&it, &value))
		if (credentials_read(value, c) &&
		    sip_span_is(c->realm, d->realm))
			return true;
	return false;
}

/* made for this request, as far as hosts go. */
static bool
uri_fits(const struct credentials *c, const struct sip_msg *m)
{
	struct sip_uri a, b;

	if (sip_span_equal(c->uri, sip_msg_uri(m)))
		return true;
	return sip_uri_parse(c->uri, &a, NULL) == 0 &&
	       sip_uri_parse(sip_msg_uri(m), &b, NULL) == 0 &&
	       sip_span_equal_nocase(a.host, b.host);
}

static void
hex_of_parts(enum hash_kind kind, const struct sip_span *parts, size_t n,
    char out[HASH_HEX_SIZE])
{
	struct buf b = { 0 };
	size_t i;

	for (i = 0; i < n; i++) {
		if (i != 0)
			buf_add_byte(&b, ':');
		sip_span_add(&b, parts[i]);
	}
	(void)hash_hex(kind, buf_text(&b), b.len, out);
	buf_clear(&b);
}

static bool
response_fits(const struct credentials *c, const struct sip_msg *m,
    enum hash_kind kind, const char *ha1)
{
	struct sip_span two[] = { sip_msg_method_text(m), c->uri };
	char ha2[HASH_HEX_SIZE], want[HASH_HEX_SIZE];
	struct sip_span all[] = { sip_span_of(ha1), c->nonce, c->nc, c->cnonce,
		c->qop, { ha2, 0 } };
	size_t i;

	hex_of_parts(kind, two, 2, ha2);
	all[5] = sip_span_of(ha2);
	hex_of_parts(kind, all, 6, want);
	if (c->response.n != strlen(want))
		return false;
	for (i = 0; i < c->response.n; i++)
		ha2[i] = sip_lower(c->response.p[i]);
	return hash_equal(ha2, want, c->response.n);
}

/* Unknown users cost the same time: a hash nobody has. */
static bool
password_fits(const struct credentials *c, const struct sip_msg *m,
    const struct usertable *users, struct usertable_user *u)
{
	char *login = sip_span_dup(c->username);
	bool known = users != NULL && usertable_find_login(users, login, u);
	bool fits = false;
	size_t i;
	int k;

	for (i = 0; i < ALGORITHMS; i++)
		if (sip_span_is_nocase(c->algorithm, algorithms[i].name) ||
		    (c->algorithm.n == 0 && algorithms[i].hash == HASH_MD5))
			break;
	for (k = 0; i < ALGORITHMS && k < USERTABLE_LOGINS; k++) {
		const char *ha1 = known ? u->ha1[k][algorithms[i].ha1] : "-";

		if (response_fits(
			c, m, algorithms[i].hash, ha1[0] == '\0' ? "-" : ha1) &&
		    known && ha1[0] != '\0')
			fits = true;
	}
	mem_free(login);
	return fits && u->enabled;
}

enum digest_verdict
digest_check(struct digest *d, const struct sip_msg *m,
    const struct usertable *users, const struct addr *from,
    struct usertable_user *u)
{
	struct credentials c;
	char ip[ADDR_TEXT_SIZE], nc[9] = "";
	uint64_t by_addr = addr_peer_key(from), by_user;

	if (!credentials_find(d, m, &c))
		return DIGEST_CHALLENGE;
	by_user = user_key(d, from, c.username);
	if (failures_over(d, by_user, FAILURES_USER) ||
	    failures_over(d, by_addr, FAILURES_ADDR))
		return DIGEST_BANNED;
	/* A nonce of another run of ours: not a failure, a new challenge. */
	if (!nonce_is_ours(d, from, c.nonce))
		return DIGEST_STALE;
	if (!sip_span_is_nocase(c.qop, "auth") || c.nc.n != 8 ||
	    !uri_fits(&c, m) || !password_fits(&c, m, users, u)) {
		log_info("sip", "authentication failed peer=%s user=\"%.*s\"",
		    addr_ip_text(from, ip), (int)c.username.n, c.username.p);
		failure_note(d, by_user);
		failure_note(d, by_addr);
		return DIGEST_CHALLENGE;
	}
	if (nonce_age(d, c.nonce) > NONCE_MS)
		return DIGEST_STALE;
	memcpy(nc, c.nc.p, 8);
	if (!nonce_use(d, c.nonce, (uint32_t)strtoul(nc, NULL, 16)))
		return DIGEST_STALE;
	mark_clear(d, call_key(d, m));
	return DIGEST_OK;
}

/* -- challenging ---------------------------------------------------------- */

static bool
agent_knows_md5_only(const struct sip_msg *m)
{
	struct sip_span agent = sip_msg_header(m, SIP_HDR_USER_AGENT);
	size_t i;

	for (i = 0; i < sizeof(md5_only_agents) / sizeof(char *); i++) {
		size_t n = strlen(md5_only_agents[i]);

		if (agent.n >= n && memcmp(agent.p, md5_only_agents[i], n) == 0)
			return true;
	}
	return false;
}

static bool
offer_md5_only(
    struct digest *d, const struct sip_msg *m, const struct addr *from)
{
	uint64_t call = call_key(d, m), peer;
	char text[ADDR_TEXT_SIZE];

	(void)addr_text(from, text);
	peer = chain_hash(&d->marks, text, strlen(text));
	if (sip_msg_has(m, SIP_HDR_AUTHORIZATION))
		mark_clear(d, call);
	else if (mark_find(d, call) != NULL)
		mark_set(d, peer, MD5_ONLY_MS);
	else
		mark_set(d, call, CHALLENGED_MS);
	return mark_find(d, peer) != NULL || agent_knows_md5_only(m);
}

void
digest_challenge(struct digest *d, const struct sip_msg *m,
    const struct addr *from, struct sip_msg *response, bool stale)
{
	bool md5_only = offer_md5_only(d, m, from);
	char nonce[NONCE_SIZE + 1];
	size_t i;

	nonce_make(d, from, nonce);
	for (i = 0; i < ALGORITHMS; i++)
		if (!md5_only || algorithms[i].hash == HASH_MD5)
			sip_msg_addf(response, SIP_HDR_WWW_AUTHENTICATE,
			    "Digest realm=\"%s\", nonce=\"%s\", "
			    "algorithm=%s, qop=\"auth\"%s",
			    d->realm, nonce, algorithms[i].name,
			    stale ? ", stale=true" : "");
}
