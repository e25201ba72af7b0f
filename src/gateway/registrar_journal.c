/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bindings over a restart: a record each in the live journal. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/log.h"
#include "core/mem.h"
#include "gateway/registrar_internal.h"

/* What came by a connection that died with the last process waits so long. */
#define RESTART_MS 60000

#define KEY_PREFIX "reg "

static void
record_key(const struct binding *b, struct buf *key)
{
	buf_printf(key, KEY_PREFIX "%s\n%s", b->aor->name, b->contact);
}

static void
word_add(struct buf *out, const char *text)
{
	buf_add_byte(out, ' ');
	if (text[0] == '\0')
		buf_add_byte(out, '%');
	sip_escape_param(sip_span_of(text), out);
}

static char *
word_back(const char *word)
{
	struct buf b = { 0 };

	if (strcmp(word, "%") != 0)
		(void)sip_unescape(sip_span_of(word), &b);
	return buf_take(&b);
}

void
registrar_save(struct binding *b)
{
	struct loop *loop = sip_stack_loop(b->aor->registrar->stack);
	struct buf key = { 0 }, value = { 0 };
	char addr[ADDR_TEXT_SIZE];
	struct fault f;

	if (b->aor->registrar->journal == NULL)
		return;
	record_key(b, &key);
	buf_printf(&value, "1 %lld %u %u %d",
	    (long long)(loop_wall(loop) + b->expires_at - loop_now(loop)),
	    b->cseq, b->reg_id, b->target.transport);
	word_add(&value, addr_text(&b->target.addr, addr));
	word_add(&value, b->call_id);
	word_add(&value, b->instance);
	word_add(&value, b->params);
	if (live_put(b->aor->registrar->journal, key.data, key.len, value.data,
		value.len, &f) != 0)
		log_debug("sip", "binding not journalled: %s", f.text);
	buf_clear(&key);
	buf_clear(&value);
}

void
registrar_unsave(struct binding *b)
{
	struct buf key = { 0 };

	if (b->aor->registrar->journal == NULL)
		return;
	record_key(b, &key);
	(void)live_remove(b->aor->registrar->journal, key.data, key.len, NULL);
	buf_clear(&key);
}

/* -- back ------------------------------------------------------------------ */

static void
binding_fill(struct binding *b, char **words, int64_t left)
{
	char *addr = word_back(words[5]);
	struct sip_target t;

	b->cseq = (uint32_t)strtoul(words[2], NULL, 10);
	b->reg_id = (uint32_t)strtoul(words[3], NULL, 10);
	b->target.transport = words[4][0] == '0'   ? SIP_UDP
			      : words[4][0] == '1' ? SIP_TCP
						   : SIP_TLS;
	(void)addr_parse(addr, 5060, &b->target.addr, NULL);
	mem_free(addr);
	mem_free(b->call_id);
	mem_free(b->instance);
	mem_free(b->params);
	b->call_id = word_back(words[6]);
	b->instance = word_back(words[7]);
	b->params = word_back(words[8]);
	if (b->target.transport != SIP_UDP) {
		if (registrar_dialable(b->contact, &b->target.addr, &t)) {
			b->target = t;
		} else {
			b->target.flow_only = true;
			b->lost = true;
			left = left < RESTART_MS ? left : RESTART_MS;
		}
	}
	registrar_binding_expires(b, left);
}

struct restoring {
	struct registrar *r;
	struct buf stale; /* keys to remove, NUL after each */
};

static bool
record_back(
    const void *key, size_t key_len, const void *value, size_t len, void *arg)
{
	struct restoring *rs = arg;
	struct loop *loop = sip_stack_loop(rs->r->stack);
	char *name, *text, *contact, *word, *save = NULL, *words[10];
	size_t n = 0;
	int64_t left = 0;

	if (key_len < 5 || memcmp(key, KEY_PREFIX, 4) != 0)
		return true;
	name = mem_strndup((const char *)key + 4, key_len - 4);
	text = mem_strndup(value, len);
	contact = strchr(name, '\n');
	for (word = strtok_r(text, " ", &save); word != NULL && n < 10;
	     word = strtok_r(NULL, " ", &save))
		words[n++] = word;
	if (contact != NULL && n == 9)
		left = atoll(words[1]) - loop_wall(loop);
	if (left > 0) {
		*contact++ = '\0';
		binding_fill(registrar_binding_new(
				 registrar_aor(rs->r, name, true), contact),
		    words, left);
	} else {
		buf_add(&rs->stale, key, key_len);
		buf_add_byte(&rs->stale, '\0');
	}
	mem_free(name);
	mem_free(text);
	return true;
}

void
registrar_restore(struct registrar *r)
{
	struct restoring rs = { .r = r };
	struct chain_walk w = { 0 };
	struct chain_link *l;
	size_t at;

	if (r->journal == NULL)
		return;
	live_each(r->journal, record_back, &rs);
	for (at = 0; at < rs.stale.len; at += strlen(rs.stale.data + at) + 1)
		(void)live_remove(r->journal, rs.stale.data + at,
		    strlen(rs.stale.data + at), NULL);
	buf_clear(&rs.stale);
	while ((l = chain_next(&r->aors, &w)) != NULL)
		registrar_settle(CHAIN_OF(l, struct aor, link));
	if (r->aors.count != 0)
		log_info("sip", "bindings restored aors=%zu", r->aors.count);
}
