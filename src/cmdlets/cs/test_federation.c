/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Test-CsXmppIM, Test-CsFederatedPartner, Test-CsRegistration: the running
 * services are asked to do it once, and what went wrong is said with the
 * command that repairs it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/remote.h"
#include "cmdlets/cs/rows.h"
#include "cmdlets/cs/sip_logon.h"
#include "cmdlets/cs/task_output.h"
#include "core/list.h"
#include "core/mem.h"
#include "core/secret.h"
#include "model/walk.h"
#include "types/credential.h"

/* The link gives up after 30 s: a little more. */
#define PROBE_MS 35000

static const char *const authentications[] = { "TrustedServer", "Negotiate",
	"ClientCertificate", "LiveID", NULL };

#define NO_SERVICE                                                             \
	"The services of this computer do not run: start them with "           \
	"Start-CsWindowsService."

/* --- what went wrong, and what repairs it --- */

static const struct repair_row {
	const char *gate, *error, *repair;
} repair_rows[] = {
	{ "AllowFederatedUsers", "Federation is switched off.",
	    "Set-CsAccessEdgeConfiguration -AllowFederatedUsers $true" },
	{ "AllowedPartner", "The domain is not an allowed XMPP partner.",
	    "New-CsXmppAllowedPartner" },
	{ "User", "The sender is not an enabled user.",
	    "Enable-CsUser, or Set-CsUser -Enabled $true" },
	{ "EnableFederationAccess",
	    "The sender's external access policy does not allow federation.",
	    "Set-CsExternalAccessPolicy -EnableFederationAccess $true" },
	{ "EnableXmppAccess",
	    "The sender's external access policy does not allow XMPP partners.",
	    "Set-CsExternalAccessPolicy -EnableXmppAccess $true" },
	{ "PartnerType",
	    "The partner is PublicUnverified and the sender has not added the "
	    "contact.",
	    "Set-CsXmppAllowedPartner -PartnerType Federated, or add the "
	    "contact first" },
	{ "Rate", "Too many requests.", "try again in a minute" },
};

static const struct repair_row *
repair_of(const char *gate)
{
	size_t i;

	for (i = 0; i < sizeof(repair_rows) / sizeof(repair_rows[0]); i++)
		if (strcmp(repair_rows[i].gate, gate) == 0)
			return &repair_rows[i];
	return NULL;
}

/* What the proxy last saw of a pair of domains. */
struct pair_wish {
	const char *partner;
	struct buf text;
};

static bool
note_pair(struct value v, void *ctx)
{
	struct pair_wish *w = ctx;
	const char *remote = remote_text(v, "PartnerDomain");
	const char *last = remote_text(v, "LastResult");
	const char *address = remote_text(v, "Address");

	if (remote != NULL && last != NULL && *last != '\0' &&
	    strcasecmp(remote, w->partner) == 0)
		buf_printf(&w->text, "%s%s%s: %s.", remote,
		    address != NULL && *address != '\0' ? " at " : "",
		    address != NULL ? address : "", last);
	return true;
}

static void
ask_pairs(struct pair_wish *w)
{
	struct client_call call = { .method = "pairs",
		.timeout_ms = 5000,
		.on_object = note_pair,
		.ctx = w };
	struct fault f;
	struct client *client = client_open(&f);

	/* Without an answer there is just less to say. */
	if (client != NULL)
		(void)client_call_service(client, "RTCXMPPTGWPX", &call, &f);
	client_close(client);
}

/* --- asking the translator --- */

struct probe_state {
	struct call *call;
	struct value result;
};

static bool
on_result(struct value v, void *ctx)
{
	struct probe_state *st = ctx;

	value_set(&st->result, v);
	return true;
}

static bool
is_stopped(void *ctx)
{
	struct probe_state *st = ctx;
	struct run *r = call_run(st->call);

	return r != NULL && r->stop;
}

static int
ask_translator(struct call *c, const char *from, const char *to,
    const char *text, struct value *resultp, struct fault *f)
{
	struct probe_state st = { c, VALUE_NULL };
	struct dict *arg = remote_arg();
	struct client_call call = { .method = "probe",
		.timeout_ms = PROBE_MS,
		.stopped = is_stopped,
		.on_object = on_result,
		.ctx = &st };
	struct client *client = client_open(f);
	int rc = -1;

	remote_set_text(arg, "From", from);
	remote_set_text(arg, "To", to);
	remote_set_text(arg, "Text", text);
	call.arg = dict_value(arg);
	if (client != NULL)
		rc = client_call_service(client, "RTCXMPPTGW", &call, f);
	client_close(client);
	value_unref(dict_value(arg));
	*resultp = st.result;
	return rc;
}

static enum flow
probe_refused(struct task *t, struct value result, const char *gate,
    const char *partner)
{
	const struct repair_row *row = repair_of(gate);
	const char *policy = remote_text(result, "Policy");
	char *diagnosis;
	enum flow flow;

	diagnosis = mem_printf("The gate %s is closed%s%s%s: %s%s%s.", gate,
	    policy != NULL ? " (policy " : "", policy != NULL ? policy : "",
	    policy != NULL ? ")" : "",
	    row != NULL ? row->repair : "see Get-WinEvent",
	    strcmp(gate, "AllowedPartner") == 0 ? " " : "",
	    strcmp(gate, "AllowedPartner") == 0 ? partner : "");
	flow = task_end(t,
	    row != NULL ? row->error : remote_text(result, "Text"), diagnosis);
	mem_free(diagnosis);
	return flow;
}

static enum flow
probe_failed(struct task *t, struct value result, const char *partner)
{
	const char *condition = remote_text(result, "Condition");
	const char *text = remote_text(result, "Text");
	struct pair_wish w = { partner, { .data = NULL } };
	char *error;
	enum flow flow;

	error = mem_printf("%s%s%s", condition != NULL ? condition : "",
	    condition != NULL && text != NULL ? ": " : "",
	    text != NULL ? text : "");
	ask_pairs(&w);
	flow = task_end(t, *error != '\0' ? error : "no answer",
	    w.text.len > 0 ? buf_text(&w.text)
			   : "Get-WinEvent shows what the services noted.");
	buf_clear(&w.text);
	mem_free(error);
	return flow;
}

/* Sends and emits what became of it. text NULL: a ping. Ends the task. */
static enum flow
probe(struct task *t, const char *from, const char *to, const char *text)
{
	const char *at = strrchr(to, '@');
	const char *partner = at != NULL ? at + 1 : to;
	const char *gate;
	struct value result, reached;
	enum flow flow;
	struct fault f;

	flow = task_step(t, "%s from %s to %s",
	    text != NULL ? "A message goes" : "A ping goes", from, to);
	if (flow != FLOW_MORE) {
		buf_clear(&t->log);
		return flow;
	}
	if (ask_translator(t->call, from, to, text, &result, &f) != 0) {
		value_unref(result);
		return task_end(t, f.text,
		    f.code == FAULT_UNAVAILABLE ? NO_SERVICE : NULL);
	}
	reached = remote_get(result, "Reached");
	gate = remote_text(result, "Gate");
	if (gate != NULL)
		flow = probe_refused(t, result, gate, partner);
	else if (reached.type != &type_bool || !reached.u.b)
		flow = probe_failed(t, result, partner);
	else
		flow = task_end(t, NULL, NULL);
	value_unref(result);
	return flow;
}

/* --- the pool and its test users --- */

/* 1 in the topology, 0 not, -1. */
static int
find_pool(struct store *s, const char *fqdn, struct store_row *row,
    struct fault *f)
{
	struct identity id;

	if (identity_parse(fqdn, SCOPE_ROLE, "Registrar", &id, f) != 0)
		return -1;
	return store_get(s, noun_registrar.class_name, id.key, row, f);
}

/* The first test user of the pool, without sip:. Owned, or NULL. */
static char *
test_user(struct store *s, const char *pool)
{
	struct store_row row = { .key = NULL };
	const char *uri = NULL;
	struct identity id;
	char *user = NULL;
	struct fault f;

	if (identity_parse(pool, SCOPE_DOMAIN, NULL, &id, &f) == 0 &&
	    store_get(s, noun_health_monitoring_configuration.class_name,
		id.key, &row, &f) == 1 &&
	    value_is_dict(row.object))
		uri = instance_text(
		    dict_of(row.object), "FirstTestUserSipUri");
	if (uri != NULL)
		user = mem_strdup(
		    strncasecmp(uri, "sip:", 4) == 0 ? uri + 4 : uri);
	store_row_clear(&row);
	return user;
}

/* The registrar's address and port without TLS; a wildcard is this machine. */
static char *
registrar_address(const struct dict *registrar, int *portp)
{
	struct value list =
	    instance_get(&noun_registrar, registrar, "IPAddress");
	struct value port =
	    instance_get(&noun_registrar, registrar, "SipServerTcpPort");
	const char *first = value_is_list(list) && list_of(list)->count > 0
	    ? value_chars(list_of(list)->items[0])
	    : NULL;
	char *host;

	if (first == NULL || strcmp(first, "0.0.0.0") == 0)
		first = "127.0.0.1";
	else if (strcmp(first, "::") == 0)
		first = "::1";
	host = mem_strdup(first);
	if (port.type != NULL && port.type->kind == TYPE_KIND_INT)
		*portp = (int)port.u.i;
	value_unref(list);
	value_unref(port);
	return host;
}

/* As the user whose credential was given. 0, -1. */
static int
log_on(struct task *t, const struct dict *registrar, const char *sip,
    struct value credential, struct fault *f)
{
	const char *user = value_chars(credential_user(credential));
	const char *password = secret_chars(credential_password(credential));
	const char *slash = user != NULL ? strrchr(user, '\\') : NULL;
	struct sip_logon l = { .port = 5060,
		.sip = sip,
		.user = slash != NULL ? slash + 1 : user,
		.password = password };
	char *host = registrar_address(registrar, &l.port);
	int rc;

	l.host = host;
	if (cs_bound(t->call, "RegistrarPort"))
		l.port = (int)cs_param(t->call, "RegistrarPort").u.i;
	(void)task_step(t, "%s logs on at %s:%d", sip, host, l.port);
	if (user == NULL || password == NULL)
		rc = fault_set(f, FAULT_INVALID,
		    "-UserCredential takes what Get-Credential gave");
	else
		rc = sip_logon(t->call, &l, f);
	mem_free(host);
	return rc;
}

/* The address as "sip:user@domain"; owned, NULL with a fault. */
static char *
sip_of(const char *text, struct fault *f)
{
	char *with = strncasecmp(text, "sip:", 4) == 0
	    ? mem_strdup(text)
	    : mem_printf("sip:%s", text);
	char *sip = user_sip_address(with, f);

	mem_free(with);
	return sip;
}

/* --- Test-CsXmppIM --- */

/*
 * Who writes: -UserSipAddress, or the pool's test user. With a credential
 * the user logs on first. Owned; NULL: the task has ended, *flowp tells.
 */
static char *
find_sender(struct task *t, struct store *s, const char *pool,
    const struct dict *registrar, enum flow *flowp)
{
	const char *given = cs_string(t->call, "UserSipAddress");
	char *user = given == NULL ? test_user(s, pool) : NULL, *sip;
	struct fault f;

	if (given == NULL && user == NULL) {
		*flowp = task_end(t,
		    "There are no test users for this pool.",
		    "Name one with -UserSipAddress, or store two with "
		    "New-CsHealthMonitoringConfiguration.");
		return NULL;
	}
	sip = sip_of(given != NULL ? given : user, &f);
	mem_free(user);
	if (sip != NULL && cs_bound(t->call, "UserCredential") &&
	    log_on(t, registrar, sip, cs_param(t->call, "UserCredential"),
		&f) != 0) {
		mem_free(sip);
		sip = NULL;
	}
	if (sip == NULL)
		*flowp = task_end(t, f.text,
		    f.code == FAULT_DENIED
			? "Set-ADUser -AccountPassword gives the user a "
			  "password."
			: NULL);
	return sip;
}

/* The pool of -TargetFqdn or the only one; ends the task where none is. */
static int
begin_at_pool(struct task *t, struct store *s, struct store_row *row,
    char **poolp, enum flow *flowp)
{
	const char *target = cs_string(t->call, "TargetFqdn");
	struct fault f;
	size_t n = 0;
	int found;

	if (target == NULL)
		found = store_page(s, noun_registrar.class_name, 0, row, 1, &n,
			    &f) != 0
		    ? -1
		    : (int)n;
	else
		found = find_pool(s, target, row, &f);
	if (found == 1 && value_is_dict(row->object))
		target = instance_text(dict_of(row->object), "PoolFqdn");
	*poolp = mem_strdup(target != NULL ? target : "");
	task_begin(t, t->call, *poolp);
	if (found == 1 && value_is_dict(row->object))
		return 0;
	*flowp = call_warn(t->call,
	    "Failed to read Registrar port number for the given fully "
	    "qualified domain name (FQDN). Using default Registrar port "
	    "number.");
	if (*flowp == FLOW_MORE)
		*flowp = task_end(t, "No matching cluster found in topology.",
		    "Get-CsPool lists the pools.");
	return -1;
}

static enum flow
xmpp_im_process(struct call *c)
{
	const char *receiver = cs_string(c, "Receiver");
	struct store_row row = { .key = NULL };
	struct task t = { .call = c };
	struct store *s = cs_store(c);
	char *pool = NULL, *sip;
	enum flow flow = FLOW_MORE;

	if (s == NULL)
		return FLOW_LEAVE;
	if (strncasecmp(receiver, "sip:", 4) == 0)
		receiver += 4;
	else if (strncasecmp(receiver, "xmpp:", 5) == 0)
		receiver += 5;
	if (begin_at_pool(&t, s, &row, &pool, &flow) == 0) {
		sip = find_sender(
		    &t, s, pool, dict_of(row.object), &flow);
		if (sip != NULL)
			flow = probe(&t, sip + 4, receiver,
			    "This is a test of XMPP federation. "
			    "No answer is needed.");
		mem_free(sip);
	}
	store_row_clear(&row);
	mem_free(pool);
	return flow;
}

#define TARGET_ROW                                                             \
	{ "TargetFqdn", "string", "t",                                         \
	    "ServerPlatform/0m ClientPlatform/0", 0, NULL, 0, 0,               \
	    "The registrar pool" }
#define USER_ROWS                                                              \
	{ "UserSipAddress", "string", "ua",                                    \
	    "ServerPlatform ClientPlatform/m", 0, NULL, 0, 0,                  \
	    "The user the test is made as, with sip:" },                       \
	    { "UserCredential", "pscredential", "uc", "ClientPlatform/m", 0,   \
		NULL, 0, 0, "The user's name and password: logs on first" },   \
	    { "Authentication", "string", "Ath", NULL, 0, authentications, 0,  \
		0, "Kept for the original's sake" },                           \
	{                                                                      \
		"RegistrarPort", "int", "rp", NULL, 0, NULL, 1, 65535,         \
		    "The registrar's port without TLS; as configured if not "  \
		    "said"                                                     \
	}

static const struct param_spec xmpp_im_params[] = {
	TARGET_ROW,
	{ "Receiver", "string", NULL,
	    "ServerPlatform/m ClientPlatform/m", 0, NULL, 0, 0,
	    "The XMPP address that gets the message" },
	USER_ROWS,
	TASK_ROWS,
	CS_FORCE,
	CS_END,
};

const struct cmdlet cmdlet_test_cs_xmpp_im = {
	.name = "Test-CsXmppIM",
	.module = CS_MODULE,
	.default_set = "ServerPlatform",
	.flags = CMDLET_BARE_NAMES,
	.params = xmpp_im_params,
	.output = task_output,
	.synopsis = "Sends one message to an XMPP address and reports on it",
	.process = xmpp_im_process,
};

/* --- Test-CsRegistration --- */

static enum flow
registration_process(struct call *c)
{
	struct value credential = cs_param(c, "UserCredential");
	const char *address = cs_string(c, "UserSipAddress");
	struct store_row row = { .key = NULL };
	struct task t = { .call = c };
	struct store *s = cs_store(c);
	char *pool = NULL, *sip;
	enum flow flow = FLOW_MORE;
	struct fault f;

	if (s == NULL)
		return FLOW_LEAVE;
	if (begin_at_pool(&t, s, &row, &pool, &flow) == 0) {
		sip = NULL;
		if (value_is_null(credential) || address == NULL)
			flow = task_end(&t, "No credential was given.",
			    "Add -UserSipAddress and -UserCredential "
			    "(Get-Credential).");
		else if ((sip = sip_of(address, &f)) == NULL ||
		    log_on(&t, dict_of(row.object), sip, credential, &f) != 0)
			flow = task_end(&t, f.text,
			    f.code == FAULT_DENIED
				? "Set-ADUser -AccountPassword gives the user "
				  "a password."
				: NO_SERVICE);
		else
			flow = task_end(&t, NULL, NULL);
		mem_free(sip);
	}
	store_row_clear(&row);
	mem_free(pool);
	return flow;
}

static const struct param_spec registration_params[] = {
	TARGET_ROW,
	USER_ROWS,
	TASK_ROWS,
	CS_FORCE,
	CS_END,
};

const struct cmdlet cmdlet_test_cs_registration = {
	.name = "Test-CsRegistration",
	.module = CS_MODULE,
	.default_set = "ServerPlatform",
	.flags = CMDLET_BARE_NAMES,
	.params = registration_params,
	.output = task_output,
	.synopsis = "Logs a user on at the registrar and reports on it",
	.process = registration_process,
};

/* --- Test-CsFederatedPartner --- */

/* Whether an XMPP partner has the domain; -1 failed. */
static int
is_partner(struct store *s, const char *domain, struct fault *f)
{
	struct store_row *row;
	struct walk w;
	int rc;

	walk_begin(&w, s, noun_xmpp_allowed_partner.class_name, NULL, NULL);
	while ((rc = walk_next(&w, &row, f)) == 1)
		if (value_is_dict(row->object) &&
		    partner_has_domain(dict_of(row->object), domain))
			break;
	walk_end(&w);
	return rc;
}

/* The default SIP domain. Owned, or NULL. */
static char *
default_domain(struct store *s)
{
	struct store_row *row;
	char *domain = NULL;
	struct walk w;
	struct fault f;

	walk_begin(&w, s, noun_sip_domain.class_name, NULL, NULL);
	while (domain == NULL && walk_next(&w, &row, &f) == 1)
		if (value_is_dict(row->object) &&
		    instance_bool(
			&noun_sip_domain, dict_of(row->object), "IsDefault"))
			domain = mem_strdup(
			    instance_text(dict_of(row->object), "Name"));
	walk_end(&w);
	return domain;
}

static enum flow
partner_process(struct call *c)
{
	const char *target = cs_string(c, "TargetFqdn");
	char *domain, *own = NULL;
	struct task t = { .call = c };
	struct store *s = cs_store(c);
	struct identity id;
	enum flow flow;
	struct fault f;
	int found;

	if (s == NULL)
		return FLOW_LEAVE;
	domain = identity_domain(cs_string(c, "Domain"), &f);
	if (domain == NULL)
		return cs_fault(c, &f, cs_string(c, "Domain"));
	task_begin(&t, c, target);
	if (identity_parse(target, SCOPE_ROLE, "EdgeServer", &id, &f) != 0 ||
	    (found = store_get(s, noun_edge_server.class_name, id.key, NULL,
		 &f)) < 0)
		flow = task_end(&t, f.text, NULL);
	else if (found == 0)
		flow = task_end(&t, "No matching cluster found in topology.",
		    "Get-CsService -EdgeServer lists the edges.");
	else if ((found = is_partner(s, domain, &f)) < 0)
		flow = task_end(&t, f.text, NULL);
	else if (found == 0)
		flow = task_end(&t,
		    "The domain is not an allowed XMPP partner.",
		    "New-CsXmppAllowedPartner allows it; SIP domains of "
		    "New-CsAllowedDomain are not dialled by this test.");
	else if ((own = default_domain(s)) == NULL)
		flow = task_end(&t, "There is no SIP domain.",
		    "New-CsSipDomain makes the first one.");
	else
		flow = probe(&t, own, domain, NULL);
	mem_free(own);
	mem_free(domain);
	return flow;
}

static const struct param_spec partner_params[] = {
	{ "TargetFqdn", "string", "t", "*/0m", 0, NULL, 0, 0,
	    "The edge's inner name" },
	{ "Domain", "string", "d", "*/1m", 0, NULL, 0, 0,
	    "The partner's domain" },
	{ "ProxyFqdn", "string", "pe", NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake: the partner's ProxyFqdn counts" },
	{ "Certificate", "object", "ce", NULL, 0, NULL, 0, 0,
	    "Kept for the original's sake" },
	TASK_ROWS,
	CS_FORCE,
	CS_END,
};

const struct cmdlet cmdlet_test_cs_federated_partner = {
	.name = "Test-CsFederatedPartner",
	.module = CS_MODULE,
	.flags = CMDLET_BARE_NAMES,
	.params = partner_params,
	.output = task_output,
	.synopsis = "Reaches a partner's server once and reports on it",
	.process = partner_process,
};
