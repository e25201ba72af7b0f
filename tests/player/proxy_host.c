/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A proxy for the player, with a translator that echoes. It makes a PKI in
 * the folder it is given, says on one line where it listens and what it is
 * told, and ends when its input does.
 *
 *	proxy_host DIR KEY=VALUE ...
 *	    hosted=DOMAIN  partner=DOMAIN,TLS,SASL,DIALBACK,HOST:PORT
 *	    cert=DOMAIN (made for the player)  keepalive=S  nocert=1
 *	input:	send FROM TO BODY
 *	output:	READY PORT, GOT <xml>, RESULT ID CONDITION
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/log.h"
#include "core/mem.h"
#include "gateway/proxy.h"
#include "net/cert.h"
#include "net/conn.h"

struct host {
	struct loop *loop;
	struct proxy *p;
	struct link *inner;
	struct loop_watch *watch;
	struct cert_key *ca_key;
	struct cert *ca;
	const char *dir;
	char line[4096];
	size_t used;
	unsigned int next;
};

static void
die(const char *what, const struct fault *f)
{
	(void)fprintf(stderr, "proxy_host: %s: %s\n", what, f->text);
	exit(1);
}

static void
save(const struct host *h, const char *name, const char *ext, struct buf *b)
{
	char path[512];
	FILE *fp;

	(void)snprintf(path, sizeof(path), "%s/%s.%s", h->dir, name, ext);
	fp = fopen(path, "w");
	if (fp == NULL || fwrite(b->data, 1, b->len, fp) != b->len)
		exit(1);
	(void)fclose(fp);
}

/* kind: "" as public CAs issue, "client", "none", "expired", "self" */
static struct tls_identity *
make_cert(struct host *h, const char *domain, const char *kind)
{
	const char *names[] = { domain };
	struct cert_want w = { .common_name = domain, .names = names,
		.n_names = 1, .days = 30 };
	bool self = strcmp(kind, "self") == 0;
	struct cert_key *key;
	struct buf chain = { 0 }, secret = { 0 };
	struct tls_identity *id;
	struct cert *c;
	struct fault f;
	char name[300];

	w.server_auth = *kind == '\0' || self || strcmp(kind, "expired") == 0;
	w.client_auth = strcmp(kind, "client") == 0;
	if (strcmp(kind, "expired") == 0)
		w.not_before = 1000000000;
	key = cert_key_new(CERT_KEY_EC_P256, &f);
	c = key == NULL ? NULL : cert_issue(&w, key, self ? NULL : h->ca,
	    self ? NULL : h->ca_key, &f);
	if (c == NULL)
		die(domain, &f);
	cert_write(c, &chain);
	cert_key_write(key, &secret);
	(void)snprintf(name, sizeof(name), "%s%s%s", domain,
	    *kind != '\0' ? "-" : "", kind);
	save(h, name, "crt", &chain);
	save(h, name, "key", &secret);
	id = tls_identity_new(chain.data, chain.len, secret.data, secret.len,
	    &f);
	buf_clear(&chain);
	buf_clear(&secret);
	cert_unref(c);
	cert_key_free(key);
	return id;
}

static void
say(const char *word, const char *text)
{
	(void)printf("%s %s\n", word, text);
	(void)fflush(stdout);
}

static void
on_result(void *arg, enum stanza_condition c, const char *text)
{
	char line[300];

	(void)snprintf(line, sizeof(line), "%u %s %.200s",
	    (unsigned int)(uintptr_t)arg,
	    c == CONDITION_NONE ? "ok" : stanza_condition_name(c),
	    text != NULL ? text : "");
	say("RESULT", line);
}

static void
send_body(struct host *h, const char *from, const char *to, const char *body)
{
	struct xml *x;
	char id[16];

	(void)snprintf(id, sizeof(id), "h%u", ++h->next);
	x = stanza_message(STANZA_TYPE_CHAT, from, to, id);
	(void)xml_add_with_text(x, "body", NULL, body);
	link_send_take(h->inner, x, "k", NULL, on_result,
	    (void *)(uintptr_t)h->next);
}

static void
on_stanza(struct link *k, const struct link_stanza *s, void *arg)
{
	const char *body = xml_child_text(s->x, "body", NULL);
	enum stanza_condition c = CONDITION_NONE;
	char *text = xml_write_text(s->x, NULL);
	struct host *h = arg;
	char echo[256];

	say("GOT", text);
	mem_free(text);
	if (body != NULL && strncmp(body, "echo ", 5) == 0) {
		(void)snprintf(echo, sizeof(echo), "%.200s", body + 5);
		send_body(h, xml_get(s->x, "to"), xml_get(s->x, "from"),
		    echo);
	} else if (body != NULL && strcmp(body, "refuse") == 0) {
		c = CONDITION_SERVICE_UNAVAILABLE;
	}
	if (body == NULL || strcmp(body, "hold") != 0)
		link_result(k, s->token, c, NULL);
	xml_free(s->x);
}

static void
on_stopped(void *arg)
{
	loop_stop(((struct host *)arg)->loop);
}

static void
on_line(struct host *h, char *line)
{
	char *from, *to, *body;

	if (strtok(line, " ") == NULL || (from = strtok(NULL, " ")) == NULL ||
	    (to = strtok(NULL, " ")) == NULL ||
	    (body = strtok(NULL, "\n")) == NULL)
		return;
	send_body(h, from, to, body);
}

static void
on_input(int fd, int events, void *arg)
{
	struct host *h = arg;
	char *nl;
	ssize_t n;

	(void)events;
	n = read(fd, h->line + h->used, sizeof(h->line) - h->used - 1);
	if (n <= 0) {
		loop_watch_free(h->watch);
		h->watch = NULL;
		proxy_stop(h->p, on_stopped, h);
		return;
	}
	h->used += (size_t)n;
	h->line[h->used] = '\0';
	while ((nl = strchr(h->line, '\n')) != NULL) {
		*nl++ = '\0';
		on_line(h, h->line);
		h->used -= (size_t)(nl - h->line);
		memmove(h->line, nl, h->used + 1);
	}
}

static void
add_partner(struct s2s_config *c, char *text)
{
	struct s2s_partner *p = s2s_config_add_partner(c, strtok(text, ","));
	char *field;

	p->policy.tls = (enum stream_need)atoi(strtok(NULL, ","));
	p->policy.sasl = (enum stream_need)atoi(strtok(NULL, ","));
	p->policy.dialback = atoi(strtok(NULL, ",")) != 0;
	field = strtok(NULL, ",");
	if (field != NULL)
		p->proxy_fqdn = mem_strdup(field);
}

static void
take_argument(struct host *h, struct s2s_config *c, char *arg, bool *nocertp)
{
	struct tls_identity *id;
	char *value = strchr(arg, '='), *kind;

	if (value == NULL)
		return;
	*value++ = '\0';
	if (strcmp(arg, "hosted") == 0) {
		s2s_config_add_hosted(c, value);
		if (*nocertp)
			return;
		id = make_cert(h, value, "");
		s2s_config_add_identity(c, id);
		tls_identity_unref(id);
	} else if (strcmp(arg, "partner") == 0) {
		add_partner(c, value);
	} else if (strcmp(arg, "cert") == 0) {
		kind = strchr(value, ',');
		if (kind != NULL)
			*kind++ = '\0';
		tls_identity_unref(make_cert(h, value,
		    kind != NULL ? kind : ""));
	} else if (strcmp(arg, "keepalive") == 0) {
		c->keepalive_s = atoi(value);
	} else if (strcmp(arg, "nocert") == 0) {
		*nocertp = true;
	}
}

int
main(int argc, char **argv)
{
	static const struct link_ops ops = { .on_stanza = on_stanza };
	struct cert_want ca = { .common_name = "Player CA", .is_ca = true,
		.days = 30 };
	struct proxy_opts o = { 0 };
	struct s2s_config *c = s2s_config_new();
	struct host h = { 0 };
	struct buf pem = { 0 };
	struct addr at;
	struct fault f;
	char text[ADDR_TEXT_SIZE];
	bool nocert = false;
	int i;

	if (argc < 2)
		return 2;
	log_open_fd(2, getenv("PLAYER_LOG") != NULL ? LOG_LEVEL_DEBUG :
						      LOG_LEVEL_ERROR);
	h.dir = argv[1];
	h.loop = o.loop = loop_new(&f);
	h.ca_key = cert_key_new(CERT_KEY_EC_P256, &f);
	h.ca = cert_issue(&ca, h.ca_key, NULL, NULL, &f);
	cert_write(h.ca, &pem);
	save(&h, "ca", "crt", &pem);
	c->trust = tls_trust_new(pem.data, pem.len, false, &f);
	buf_clear(&pem);
	for (i = 2; i < argc; i++)
		take_argument(&h, c, argv[i], &nocert);
	s2s_config_seal(c);
	h.p = proxy_open(&o);
	(void)addr_parse("127.0.0.1:0", 0, &at, &f);
	if (proxy_configure(h.p, c, &f) < 0 || proxy_listen_fd_take(h.p,
	    "xmpp", net_bind(&at, true, &f), &f) < 0 ||
	    proxy_listen_link(h.p, &at, &f) < 0)
		die("proxy", &f);
	s2s_config_unref(c);
	h.inner = link_open(h.loop, NULL, &ops, &h);
	link_connect(h.inner, proxy_link_addr(h.p), 1);
	h.watch = loop_watch_new(h.loop, 0, LOOP_READ, on_input, &h);
	say("READY", strrchr(addr_text(proxy_xmpp_addr(h.p), text), ':') + 1);
	loop_run(h.loop);
	loop_watch_free(h.watch);
	link_close(h.inner);
	proxy_close(h.p);
	while (loop_turn(h.loop, 20))
		continue;
	loop_free(h.loop);
	cert_unref(h.ca);
	cert_key_free(h.ca_key);
	return 0;
}
