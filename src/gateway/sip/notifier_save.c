/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A subscription as one line of text, for a restart, and back. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "gateway/sip/notifier_internal.h"

/* LIMIT: words of one line: the fixed ones and the routes. */
#define SAVE_WORDS     15
#define SAVE_WORDS_MAX (SAVE_WORDS + 16)

/* NOTIFYs sent after the last save must not repeat a number. */
#define CSEQ_SKIP 1000

static void
word_add(struct buf *out, const char *text)
{
	buf_add_byte(out, ' ');
	if (text[0] == '\0')
		buf_add_byte(out, '%'); /* no escape is a lone % */
	sip_escape_param(sip_span_of(text), out);
}

void
sip_notifier_save(const struct sip_notifier *n, struct buf *out)
{
	const struct sip_dialog *d = n->dialog;
	int64_t wall = loop_wall(sip_stack_loop(n->all->stack)) / 1000 +
		       sip_notifier_left(n);
	char addr[ADDR_TEXT_SIZE];
	unsigned i;

	buf_printf(out, "1 %lld %d %u %u %d%d%d", (long long)wall, n->state,
	    d->local_cseq, d->remote_cseq, d->target.transport,
	    d->target.internal, d->target.flow_only);
	word_add(out, addr_text(&d->target.addr, addr));
	word_add(out, n->event);
	word_add(out, n->event_id);
	word_add(out, d->call_id);
	word_add(out, d->local_tag);
	word_add(out, d->remote_tag);
	word_add(out, d->local);
	word_add(out, d->remote);
	word_add(out, d->remote_target);
	word_add(out, n->contact);
	for (i = 0; i < d->n_routes; i++)
		word_add(out, d->routes[i]);
}

static char *
word_back(const char *word)
{
	struct buf b = { 0 };

	if (strcmp(word, "%") != 0)
		(void)sip_unescape(sip_span_of(word), &b);
	return buf_take(&b);
}

static int
target_back(struct sip_target *t, const char *flags, const char *addr)
{
	char *text = word_back(addr);
	int rc = addr_parse(text, 5060, &t->addr, NULL);

	mem_free(text);
	if (strlen(flags) != 3 || flags[0] < '0' || flags[0] > '0' + SIP_TLS)
		return -1;
	t->transport = (enum sip_transport)(flags[0] - '0');
	t->internal = flags[1] == '1';
	t->flow_only = flags[2] == '1';
	/* A connection does not outlive the process that held it. */
	return t->flow_only ? -1 : rc;
}

static struct sip_dialog *
dialog_back(char **words, size_t n)
{
	struct sip_dialog *d = mem_zalloc(sizeof(*d));
	size_t i;

	if (target_back(&d->target, words[5], words[6]) != 0) {
		mem_free(d);
		return NULL;
	}
	d->local_cseq = (uint32_t)strtoul(words[3], NULL, 10) + CSEQ_SKIP;
	d->remote_cseq = (uint32_t)strtoul(words[4], NULL, 10);
	d->call_id = word_back(words[9]);
	d->local_tag = word_back(words[10]);
	d->remote_tag = word_back(words[11]);
	d->local = word_back(words[12]);
	d->remote = word_back(words[13]);
	d->remote_target = word_back(words[14]);
	d->routes = mem_zalloc((n + 1) * sizeof(*d->routes));
	for (i = SAVE_WORDS + 1; i < n; i++)
		d->routes[d->n_routes++] = word_back(words[i]);
	return d;
}

struct sip_notifier *
sip_notifier_restore(struct sip_notifiers *all, const char *text, void *ctx)
{
	char *copy = mem_strdup(text), *word, *save = NULL;
	char *words[SAVE_WORDS_MAX];
	struct sip_notifier *n = NULL;
	struct sip_dialog *d = NULL;
	size_t count = 0;
	long long left;

	for (word = strtok_r(copy, " ", &save);
	     word != NULL && count < SAVE_WORDS_MAX;
	     word = strtok_r(NULL, " ", &save))
		words[count++] = word;
	if (count > SAVE_WORDS && strcmp(words[0], "1") == 0) {
		left = atoll(words[1]) -
		       loop_wall(sip_stack_loop(all->stack)) / 1000;
		if (left > 0 && left <= INT32_MAX / 1000)
			d = dialog_back(words, count);
	}
	if (d != NULL) {
		char *event = word_back(words[7]), *id = word_back(words[8]);
		char *contact = word_back(words[15]);

		n = sip_notifier_make(all, d, event, id, contact, ctx);
		mem_free(contact);
		n->state =
		    words[2][0] == '0' ? SIP_SUB_PENDING : SIP_SUB_ACTIVE;
		sip_notifier_expires_set(n, (uint32_t)left);
		mem_free(event);
		mem_free(id);
	}
	mem_free(copy);
	return n;
}
