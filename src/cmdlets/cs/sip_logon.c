/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A client of one request: REGISTER without Contact, which asks and binds
 * nothing (RFC 3261, 10.2.3), with the answer to one challenge.
 */
#include "config.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cmdlets/cs/sip_logon.h"
#include "core/mem.h"
#include "net/hash.h"

/* LIMIT: a connection, an answer; bytes of an answer. */
#define STEP_MS	   10000
#define ANSWER_MAX 16384

struct exchange {
	struct call *call;
	const struct sip_logon *l;
	int fd;
	char call_id[33], tag[17];
	unsigned cseq;
};

static int
wait_for(struct exchange *x, short events, struct fault *f)
{
	struct run *r = call_run(x->call);
	int ready = r->ops->wait(r, x->fd, events, STEP_MS);

	if (ready > 0)
		return 0;
	if (ready < 0)
		return fault_set(f, FAULT_STOPPED, "stopped");
	/* The words the original's users know (cmdlets.md 1.4). */
	return fault_set(f, FAULT_TIMEOUT,
	    "10060, A connection attempt failed because the connected party "
	    "did not properly respond after a period of time %s:%d",
	    x->l->host, x->l->port);
}

static int
dial(struct exchange *x, struct fault *f)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6,
		.sin6_port = htons((uint16_t)x->l->port) };
	struct sockaddr_in four = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)x->l->port) };
	bool is_four = inet_pton(AF_INET, x->l->host, &four.sin_addr) == 1;
	socklen_t len = sizeof(int);
	int error = 0, rc;

	if (!is_four && inet_pton(AF_INET6, x->l->host, &six.sin6_addr) != 1)
		return fault_set(f, FAULT_INVALID, "\"%s\" is no address",
		    x->l->host);
	x->fd = socket(is_four ? AF_INET : AF_INET6,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (x->fd < 0)
		return fault_errno(f, errno, "socket");
	rc = is_four ? connect(x->fd, (void *)&four, sizeof(four))
		     : connect(x->fd, (void *)&six, sizeof(six));
	if (rc != 0 && errno != EINPROGRESS)
		return fault_errno(f, errno, "%s:%d", x->l->host, x->l->port);
	if (wait_for(x, POLLOUT, f) != 0)
		return -1;
	(void)getsockopt(x->fd, SOL_SOCKET, SO_ERROR, &error, &len);
	return error == 0 ? 0
			  : fault_errno(f, error, "%s:%d", x->l->host,
				x->l->port);
}

static int
send_all(struct exchange *x, const struct buf *b, struct fault *f)
{
	size_t at = 0;
	ssize_t n;

	while (at < b->len) {
		n = send(x->fd, b->data + at, b->len - at, MSG_NOSIGNAL);
		if (n > 0)
			at += (size_t)n;
		else if (n < 0 && errno != EAGAIN && errno != EINTR)
			return fault_errno(f, errno, "the registrar");
		else if (wait_for(x, POLLOUT, f) != 0)
			return -1;
	}
	return 0;
}

/* The head of a final answer; its status, or -1. */
static int
read_answer(struct exchange *x, struct buf *b, struct fault *f)
{
	char chunk[2048];
	ssize_t n;
	int status;

	for (;;) {
		const char *end = b->len > 0 ? strstr(buf_text(b), "\r\n\r\n")
					     : NULL;

		if (end != NULL) {
			if (strncasecmp(b->data, "SIP/2.0 ", 8) != 0)
				break;
			status = (int)strtol(b->data + 8, NULL, 10);
			if (status >= 200 && status < 700)
				return status;
			/* Provisional answers carry no body here. */
			buf_consume(b, (size_t)(end - b->data) + 4);
			continue;
		}
		if (b->len > ANSWER_MAX)
			break;
		if (wait_for(x, POLLIN, f) != 0)
			return -1;
		n = recv(x->fd, chunk, sizeof(chunk), 0);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (n < 0)
			return fault_errno(f, errno, "the registrar");
		if (n == 0)
			return fault_set(f, FAULT_CLOSED,
			    "the registrar closed the connection");
		if (memchr(chunk, '\0', (size_t)n) != NULL)
			break;
		buf_add(b, chunk, (size_t)n);
	}
	return fault_set(f, FAULT_PROTOCOL,
	    "what answers at %s:%d does not speak SIP", x->l->host,
	    x->l->port);
}

/* A parameter of a challenge, without its quotes. Owned, or NULL. */
static char *
challenge_part(const char *challenge, const char *name)
{
	size_t len = strlen(name), n;
	const char *at = challenge;

	while ((at = strcasestr(at, name)) != NULL) {
		if ((at == challenge || strchr(" ,\t", at[-1]) != NULL) &&
		    at[len] == '=')
			break;
		at += len;
	}
	if (at == NULL)
		return NULL;
	at += len + 1;
	if (*at == '"') {
		at++;
		n = strcspn(at, "\"\r\n");
	} else {
		n = strcspn(at, ", \t\r\n");
	}
	return mem_strndup(at, n);
}

/* The challenge with the better hash. Owned, or NULL. */
static char *
best_challenge(const char *head)
{
	const char *at = head;
	char *best = NULL, *one;

	while ((at = strcasestr(at, "\nWWW-Authenticate:")) != NULL) {
		at += strlen("\nWWW-Authenticate:");
		one = mem_strndup(at, strcspn(at, "\r\n"));
		if (best == NULL || strcasestr(one, "SHA-256") != NULL) {
			mem_free(best);
			best = one;
		} else {
			mem_free(one);
		}
	}
	return best;
}

static void
hash_text(enum hash_kind kind, char *out, char *text)
{
	(void)hash_hex(kind, text, strlen(text), out);
	mem_wipe(text, strlen(text));
	mem_free(text);
}

/* RFC 7616 with qop=auth, or RFC 2069's form where none is offered. */
static int
add_authorization(struct exchange *x, struct buf *b, const char *challenge,
    const char *uri, struct fault *f)
{
	char *realm = challenge_part(challenge, "realm");
	char *nonce = challenge_part(challenge, "nonce");
	char *opaque = challenge_part(challenge, "opaque");
	char *qop = challenge_part(challenge, "qop");
	bool sha = strcasestr(challenge, "SHA-256") != NULL;
	enum hash_kind kind = sha ? HASH_SHA256 : HASH_MD5;
	char ha1[HASH_HEX_SIZE], ha2[HASH_HEX_SIZE], hex[HASH_HEX_SIZE];
	char cnonce[17];
	int rc = -1;

	if (realm == NULL || nonce == NULL) {
		fault_set(f, FAULT_PROTOCOL, "the challenge makes no sense");
		goto out;
	}
	(void)hash_random_hex(8, cnonce);
	hash_text(kind, ha1,
	    mem_printf("%s:%s:%s", x->l->user, realm, x->l->password));
	hash_text(kind, ha2, mem_printf("REGISTER:%s", uri));
	hash_text(kind, hex,
	    qop != NULL ? mem_printf("%s:%s:00000001:%s:auth:%s", ha1, nonce,
			      cnonce, ha2)
			: mem_printf("%s:%s:%s", ha1, nonce, ha2));
	buf_printf(b,
	    "Authorization: Digest username=\"%s\", realm=\"%s\", "
	    "nonce=\"%s\", uri=\"%s\", response=\"%s\", algorithm=%s",
	    x->l->user, realm, nonce, uri, hex, sha ? "SHA-256" : "MD5");
	if (qop != NULL)
		buf_printf(b, ", qop=auth, nc=00000001, cnonce=\"%s\"",
		    cnonce);
	if (opaque != NULL)
		buf_printf(b, ", opaque=\"%s\"", opaque);
	buf_add_str(b, "\r\n");
	mem_wipe(ha1, sizeof(ha1));
	rc = 0;
out:
	mem_free(realm);
	mem_free(nonce);
	mem_free(opaque);
	mem_free(qop);
	return rc;
}

/* One request; the answer's status, its head in answer. */
static int
ask(struct exchange *x, const char *challenge, struct buf *answer,
    struct fault *f)
{
	char *uri = mem_printf("sip:%s", strchr(x->l->sip, '@') + 1);
	struct buf b = { .data = NULL };
	char branch[17];
	int rc = 0;

	buf_printf(&b,
	    "REGISTER %s SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;"
	    "branch=z9hG4bK%s;rport\r\nMax-Forwards: 70\r\n"
	    "From: <%s>;tag=%s\r\nTo: <%s>\r\nCall-ID: %s\r\n"
	    "CSeq: %u REGISTER\r\nUser-Agent: fedsh-test/" PACKAGE_VERSION
	    "\r\n",
	    uri, hash_random_hex(8, branch), x->l->sip, x->tag, x->l->sip,
	    x->call_id, ++x->cseq);
	if (challenge != NULL)
		rc = add_authorization(x, &b, challenge, uri, f);
	buf_add_str(&b, "Content-Length: 0\r\n\r\n");
	if (rc == 0)
		rc = send_all(x, &b, f);
	buf_clear(answer);
	if (rc == 0)
		rc = read_answer(x, answer, f);
	buf_clear(&b);
	mem_free(uri);
	return rc;
}

/* What the registrar said, in a sentence. */
static int
refused(int status, const struct buf *answer, struct fault *f)
{
	const char *line = buf_text(answer);

	if (status == 401 || status == 403 || status == 407)
		return fault_set(f, FAULT_DENIED,
		    "the registrar does not take the name and password: "
		    "%.*s", (int)strcspn(line, "\r\n"), line);
	return fault_set(f, FAULT_PROTOCOL, "the registrar answered %.*s",
	    (int)strcspn(line, "\r\n"), line);
}

int
sip_logon(struct call *c, const struct sip_logon *l, struct fault *f)
{
	struct exchange x = { .call = c, .l = l, .fd = -1 };
	struct buf answer = { .data = NULL };
	char *challenge;
	int status = -1;

	(void)hash_random_hex(16, x.call_id);
	(void)hash_random_hex(8, x.tag);
	if (dial(&x, f) == 0)
		status = ask(&x, NULL, &answer, f);
	if (status == 401) {
		challenge = best_challenge(buf_text(&answer));
		if (challenge != NULL)
			status = ask(&x, challenge, &answer, f);
		mem_free(challenge);
	}
	if (status >= 300)
		status = refused(status, &answer, f);
	if (x.fd >= 0)
		(void)close(x.fd);
	buf_clear(&answer);
	return status < 0 ? -1 : 0;
}
