/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What devices publish: the event state compositor of RFC 3903 (E-07). */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "core/fault.h"
#include "core/log.h"
#include "core/mem.h"
#include "gateway/presence_agent_internal.h"
#include "gateway/sip/uas.h"
#include "net/hash.h"

#define EXPIRES_MIN     60
#define EXPIRES_MAX     7200
#define EXPIRES_DEFAULT 3600

static const char *const types[] = { PIDF_TYPE, NULL };
static const char *const packages[] = { "presence", NULL };
static const struct sip_caps caps = {
	.content_types = types,
	.events = packages,
};

/* -- one publication ------------------------------------------------------ */

void
publication_free(struct publication *pub)
{
	TAILQ_REMOVE(&pub->of->published, pub, entry);
	pub->of->publications--;
	pub->of->pa->publications--;
	loop_timer_free(pub->timer);
	pidf_clear(&pub->pidf);
	mem_free(pub->device);
	mem_free(pub->document);
	mem_free(pub);
}

static void
publication_on_timer(void *arg)
{
	struct publication *pub = arg;
	struct presentity *p = pub->of;

	publication_unsave(pub);
	publication_free(pub);
	presentity_changed(p);
}

struct publication *
publication_new(struct presentity *p, const char *etag, const char *device)
{
	struct publication *pub = mem_zalloc(sizeof(*pub));

	pub->of = p;
	(void)snprintf(pub->etag, sizeof(pub->etag), "%s", etag);
	pub->device = mem_strdup(device);
	pub->document = mem_strdup("");
	pub->timer = loop_timer_new(
	    sip_stack_loop(p->pa->stack), publication_on_timer, pub);
	TAILQ_INSERT_TAIL(&p->published, pub, entry);
	p->publications++;
	p->pa->publications++;
	return pub;
}

void
publication_expires(struct publication *pub, int64_t ms)
{
	pub->expires_at = loop_now(sip_stack_loop(pub->of->pa->stack)) + ms;
	loop_timer_set(pub->timer, ms);
}

int
publication_set(
    struct publication *pub, const char *document, size_t len, struct fault *f)
{
	struct loop *loop = sip_stack_loop(pub->of->pa->stack);
	struct pidf pidf = { 0 };

	if (pidf_read(document, len, pub->device, loop_wall(loop) / 1000, &pidf,
		f) != 0)
		return -1;
	pidf_clear(&pub->pidf);
	pub->pidf = pidf;
	mem_free(pub->document);
	pub->document = mem_strndup(document, len);
	return 0;
}

/* A name no other publication of the user has: "sip", "sip2" ... */
static void
device_name(const struct presentity *p, char out[16])
{
	const struct publication *pub;
	unsigned i = 1;
	bool taken;

	do {
		(void)snprintf(out, 16, i == 1 ? "sip" : "sip%u", i);
		taken = false;
		TAILQ_FOREACH (pub, &p->published, entry)
			taken = taken || strcmp(pub->device, out) == 0;
		i++;
	} while (taken);
}

static struct publication *
publication_find(struct presentity *p, struct sip_span etag)
{
	struct publication *pub;

	if (p != NULL)
		TAILQ_FOREACH (pub, &p->published, entry)
			if (sip_span_is(etag, pub->etag))
				return pub;
	return NULL;
}

/* -- PUBLISH --------------------------------------------------------------- */

static void
refuse(struct sip_server *t, int status, const char *reason)
{
	struct sip_msg *r = sip_server_response(t, status, reason);

	if (status == 423)
		sip_msg_addf(r, SIP_HDR_MIN_EXPIRES, "%d", EXPIRES_MIN);
	sip_uas_dress(r, sip_server_request(t), &caps);
	sip_server_respond_take(t, r);
}

/* What speaks against it before its document is read; 0: nothing. */
static int
publish_check(const struct presentity *p, const struct sip_msg *m,
    const struct publication *pub, uint32_t expires)
{
	struct sip_event e;

	if (sip_event_read(sip_msg_header(m, SIP_HDR_EVENT), &e) != 0 ||
	    !sip_span_is_nocase(e.package, "presence"))
		return 489;
	if (sip_msg_has(m, SIP_HDR_SIP_IF_MATCH) && pub == NULL)
		return 412;
	if (expires != 0 && expires < EXPIRES_MIN)
		return 423;
	if (sip_msg_body(m).n == 0)
		return pub == NULL ? 400 : 0;
	if (!sip_uas_takes(m, types))
		return 415;
	if (sip_msg_body(m).n > PIDF_BYTES_MAX)
		return 413;
	if (pub == NULL && p != NULL && p->publications >= PUBLICATIONS_MAX)
		return 403;
	return 0;
}

static void
answer_ok(struct sip_server *t, const char *etag, uint32_t expires)
{
	struct sip_msg *r = sip_server_response(t, 200, NULL);

	sip_msg_add_str(r, SIP_HDR_SIP_ETAG, etag);
	sip_msg_addf(r, SIP_HDR_EXPIRES, "%u", expires);
	sip_server_respond_take(t, r);
}

/* The document is in order or there is none: takes effect. */
static void
publish_apply(struct sip_server *t, struct publication *pub, uint32_t expires)
{
	struct presentity *p = pub->of;

	publication_unsave(pub);
	(void)hash_random_hex((PUBLICATION_ETAG_SIZE - 1) / 2, pub->etag);
	answer_ok(t, pub->etag, expires);
	if (expires == 0) {
		publication_free(pub);
	} else {
		publication_expires(pub, (int64_t)expires * 1000);
		publication_save(pub);
	}
	presentity_changed(p);
}

void
presence_agent_publish(
    struct presence_agent *pa, struct sip_server *t, const char *aor)
{
	const struct sip_msg *m = sip_server_request(t);
	struct sip_span body = sip_msg_body(m);
	struct presentity *p = presentity_get(pa, aor, false);
	struct publication *pub =
	    publication_find(p, sip_msg_header(m, SIP_HDR_SIP_IF_MATCH));
	uint32_t expires = sip_msg_uint(m, SIP_HDR_EXPIRES, EXPIRES_DEFAULT);
	char device[16];
	struct fault f;
	bool made = pub == NULL;
	int status;

	if (expires > EXPIRES_MAX)
		expires = EXPIRES_MAX;
	if ((status = publish_check(p, m, pub, expires)) != 0) {
		refuse(t, status, NULL);
		return;
	}
	if (made) {
		p = presentity_get(pa, aor, true);
		device_name(p, device);
		pub = publication_new(p, "", device);
	}
	if (body.n != 0 && publication_set(pub, body.p, body.n, &f) != 0) {
		log_info("sip", "publication refused user=%s: %s", aor, f.text);
		if (made) {
			publication_free(pub);
			presentity_changed(p);
		}
		refuse(t, 400, "Bad presence document");
		return;
	}
	publish_apply(t, pub, expires);
}
