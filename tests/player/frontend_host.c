/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * RTCSRV without store, REPLICA and supervisor, for tests of the wire:
 *
 *	frontend_host DIR TRANSLATOR USER...
 *
 * USER is address=password[,off][,nofed]; TRANSLATOR is ip:port or "-". Makes
 * DIR/ca.pem and DIR/gw.pem (certificate and key of a translator), keeps its
 * journal in DIR, prints one line of JSON with its ports and runs until its
 * input ends. A line of input is a new list of users.
 */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/codec.h"
#include "core/dict.h"
#include "core/list.h"
#include "core/log.h"
#include "core/mem.h"
#include "gateway/frontend.h"
#include "net/cert.h"
#include "net/hash.h"

#define DOMAIN "sip.example"
#define REALM  "fedsh test"

static const enum hash_kind hashes[USERTABLE_DIGESTS] = { HASH_MD5,
	HASH_SHA256 };

static struct frontend *fe;
static struct loop *loop;
static uint64_t number;

static void
die(const char *what, const struct fault *f)
{
	(void)fprintf(stderr, "frontend_host: %s: %s\n", what, f->text);
	exit(1);
}

static void
user_add(struct usertable_writer *w, const char *spec)
{
	struct usertable_user u = {
		.display_name = "", .policy = "Global", .xmpp = true
	};
	char *copy = mem_strdup(spec), *password = strchr(copy, '=');
	char *flags, *sam,
	    hex[USERTABLE_LOGINS][USERTABLE_DIGESTS][HASH_HEX_SIZE];
	int i, k;

	if (password == NULL)
		return;
	*password++ = '\0';
	flags = strchr(password, ',');
	u.enabled = flags == NULL || strstr(flags, ",off") == NULL;
	u.federation = flags == NULL || strstr(flags, ",nofed") == NULL;
	if (flags != NULL)
		*flags = '\0';
	sam = mem_strndup(copy, strcspn(copy, "@"));
	u.address = copy;
	u.login[USERTABLE_LOGIN_SAM] = sam;
	u.login[USERTABLE_LOGIN_UPN] = copy;
	for (i = 0; i < USERTABLE_LOGINS; i++) {
		char *a1 = mem_printf("%s:" REALM ":%s", u.login[i], password);

		for (k = 0; k < USERTABLE_DIGESTS; k++)
			u.ha1[i][k] =
			    hash_hex(hashes[k], a1, strlen(a1), hex[i][k]);
		mem_free(a1);
	}
	(void)usertable_writer_add(w, &u, NULL);
	mem_free(sam);
	mem_free(copy);
}

static struct settings *
settings_make(char **users, int n)
{
	struct dict *d = dict_new(NULL), *edge = dict_new(NULL);
	struct dict *registrar = dict_new(NULL);
	struct list *domains = list_new(NULL, 1), *ips = list_new(NULL, 1);
	struct usertable_writer *w;
	struct settings *s;
	struct buf b = { 0 };
	struct fault f;
	int i, fd = usertable_memfd(&f);

	w = usertable_writer_new(fd, ++number);
	for (i = 0; i < n; i++)
		user_add(w, users[i]);
	if (usertable_writer_finish(w, &f) != 0)
		die("users", &f);
	usertable_writer_free(w);
	list_add_take(domains, value_string(DOMAIN));
	list_add_take(ips, value_string("127.0.0.1"));
	dict_set_str_take(edge, "AllowFederatedUsers", value_bool(true));
	dict_set_str_take(registrar, "Fqdn", value_string("pool.sip.example"));
	dict_set_str_take(registrar, "IPAddress", list_value(ips));
	dict_set_str_take(d, "Number", value_int((int)number));
	dict_set_str_take(d, "UserNumber", value_int((int)number));
	dict_set_str_take(d, "Realm", value_string(REALM));
	dict_set_str_take(d, "SipDomains", list_value(domains));
	dict_set_str_take(d, "AccessEdge", dict_value(edge));
	dict_set_str_take(d, "Registrar", dict_value(registrar));
	if (codec_write(&b, dict_value(d), &f) != 0)
		die("settings", &f);
	value_unref(dict_value(d));
	if ((s = settings_read(b.data, b.len, fd, &f)) == NULL)
		die("settings", &f);
	(void)close(fd);
	buf_clear(&b);
	return s;
}

static struct cert *
issue(const char *name, const char *role, struct cert_key *key,
    const struct cert *ca, const struct cert_key *ca_key)
{
	const char *names[] = { "dns:pool.sip.example", "ip:127.0.0.1", role };
	struct cert_want want = { .common_name = name,
		.names = names,
		.n_names = role == NULL ? 0 : 3,
		.server_auth = role != NULL,
		.client_auth = role != NULL,
		.is_ca = role == NULL };
	struct fault f;
	struct cert *c = cert_issue(&want, key, ca, ca_key, &f);

	if (c == NULL)
		die(name, &f);
	return c;
}

static void
file_write(const char *dir, const char *name, const struct buf *b)
{
	char *path = mem_printf("%s/%s", dir, name);
	FILE *fp = fopen(path, "w");

	if (fp == NULL || fwrite(b->data, 1, b->len, fp) != b->len ||
	    fclose(fp) != 0) {
		perror(path);
		exit(1);
	}
	mem_free(path);
}

/* A CA, ours and the translator's: made once a folder, so that a host can be
 * started again in it. */
static void
certs_make(const char *dir)
{
	struct cert_key *keys[3];
	struct cert *ca, *ours, *gw;
	struct buf pem = { 0 };
	struct fault f;
	int i;

	for (i = 0; i < 3; i++)
		if ((keys[i] = cert_key_new(CERT_KEY_EC_P256, &f)) == NULL)
			die("key", &f);
	ca = issue("test CA", NULL, keys[0], NULL, NULL);
	ours = issue("pool.sip.example", "uri:urn:fedsh:role:RTCSRV", keys[1],
	    ca, keys[0]);
	gw = issue("pool.sip.example", "uri:urn:fedsh:role:RTCXMPPTGW", keys[2],
	    ca, keys[0]);
	cert_write(gw, &pem);
	cert_key_write(keys[2], &pem);
	file_write(dir, "gw.pem", &pem);
	buf_reset(&pem);
	cert_write(ours, &pem);
	cert_key_write(keys[1], &pem);
	file_write(dir, "rtcsrv.pem", &pem);
	buf_reset(&pem);
	cert_write(ca, &pem);
	file_write(dir, "ca.pem", &pem);
	cert_unref(ca);
	cert_unref(ours);
	cert_unref(gw);
	for (i = 0; i < 3; i++)
		cert_key_free(keys[i]);
	buf_clear(&pem);
}

static bool
file_read(const char *dir, const char *name, struct buf *b)
{
	char *path = mem_printf("%s/%s", dir, name), chunk[1024];
	FILE *fp = fopen(path, "r");
	size_t n;

	mem_free(path);
	while (fp != NULL && (n = fread(chunk, 1, sizeof(chunk), fp)) > 0)
		buf_add(b, chunk, n);
	if (fp != NULL)
		(void)fclose(fp);
	return fp != NULL;
}

static void
tls_set_up(const char *dir)
{
	struct buf pem = { 0 }, anchors = { 0 };
	struct tls_identity *id;
	struct tls_trust *trust;
	struct fault f;

	if (!file_read(dir, "ca.pem", &anchors)) {
		certs_make(dir);
		(void)file_read(dir, "ca.pem", &anchors);
	}
	(void)file_read(dir, "rtcsrv.pem", &pem);
	id = tls_identity_new(pem.data, pem.len, pem.data, pem.len, &f);
	if (id == NULL)
		die("identity", &f);
	trust = tls_trust_new(anchors.data, anchors.len, false, &f);
	if (trust == NULL || frontend_set_tls(fe, id, id, trust, &f) != 0)
		die("TLS", &f);
	tls_identity_unref(id);
	tls_trust_unref(trust);
	buf_clear(&pem);
	buf_clear(&anchors);
}

static void
on_input(int fd, int events, void *arg)
{
	char line[2048], *words[16], *word, *save = NULL;
	ssize_t n = read(fd, line, sizeof(line) - 1);
	struct settings *s;
	int count = 0;

	(void)events;
	(void)arg;
	if (n <= 0) {
		loop_stop(loop);
		return;
	}
	line[n] = '\0';
	for (word = strtok_r(line, " \n", &save); word != NULL && count < 16;
	     word = strtok_r(NULL, " \n", &save))
		words[count++] = word;
	s = settings_make(words, count);
	frontend_set_settings(fe, s);
	settings_unref(s);
	(void)printf("ok\n");
	(void)fflush(stdout);
}

int
main(int argc, char **argv)
{
	struct frontend_opts o = { .product = "fedsh" };
	struct loop_watch *in;
	struct settings *s;
	struct addr any;
	struct fault f;
	char *journal;
	int i;

	if (argc < 3)
		return 2;
	if (getenv("SIP_LOG") != NULL)
		log_open_fd(2, log_level_parse(getenv("SIP_LOG")));
	if ((loop = loop_new(&f)) == NULL)
		die("loop", &f);
	o.loop = loop;
	o.host = "127.0.0.1";
	if (strcmp(argv[2], "-") != 0) {
		o.translator.transport = SIP_TLS;
		o.translator.internal = true;
		if (addr_parse(argv[2], 5098, &o.translator.addr, &f) != 0)
			die("translator", &f);
	}
	s = settings_make(argv + 3, argc - 3);
	journal = mem_printf("%s/live", argv[1]);
	if (live_open(AT_FDCWD, journal, &o.live, &f) != 0)
		die("journal", &f);
	fe = frontend_open(&o, s);
	settings_unref(s);
	tls_set_up(argv[1]);
	(void)addr_parse("127.0.0.1:0", 0, &any, &f);
	for (i = SIP_UDP; i <= SIP_TLS; i++) {
		const char *port = getenv(i == SIP_UDP   ? "UDP_PORT"
					  : i == SIP_TCP ? "TCP_PORT"
							 : "TLS_PORT");

		addr_set_port(
		    &any, port == NULL ? 0 : (uint16_t)strtoul(port, NULL, 10));
		if (frontend_listen(fe, (enum sip_transport)i, &any, &f) != 0)
			die("listen", &f);
	}
	frontend_restore(fe);
	(void)printf("{\"udp\": %u, \"tcp\": %u, \"tls\": %u}\n",
	    addr_port(frontend_listener(fe, 0, NULL)),
	    addr_port(frontend_listener(fe, 1, NULL)),
	    addr_port(frontend_listener(fe, 2, NULL)));
	(void)fflush(stdout);
	in = loop_watch_new(loop, 0, LOOP_READ, on_input, NULL);
	loop_run(loop);
	loop_watch_free(in);
	frontend_close(fe);
	live_close(o.live);
	mem_free(journal);
	loop_free(loop);
	return 0;
}
