/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Test-CsTopology, Test-CsComputer, Test-CsReplica,
 * Test-CsCertificateConfiguration: whether what is configured is what runs.
 */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "cmdlets/cs/certificate_internal.h"
#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/remote.h"
#include "cmdlets/cs/rows.h"
#include "cmdlets/cs/task_output.h"
#include "core/list.h"
#include "core/mem.h"
#include "model/topology.h"
#include "model/walk.h"

#define NO_SUPERVISOR                                                          \
	"The services of this computer do not run: start them with "           \
	"Start-CsWindowsService."

/* The processes of a role. */
static const struct role_row {
	const struct noun *noun;
	const char *services[3];
} role_rows[] = {
	{ &noun_registrar, { "RTCSRV", "RTCXMPPTGW", NULL } },
	{ &noun_edge_server, { "RTCXMPPTGWPX", NULL } },
};

#define ROLES (sizeof(role_rows) / sizeof(role_rows[0]))

/* --- what the supervisor says --- */

/* LIMIT: services of a computer. */
#define LIVE_MAX 16

struct live_list {
	struct value items[LIVE_MAX];
	size_t n;
};

static enum flow
take(struct call *c, struct value v, void *ctx)
{
	struct live_list *l = ctx;

	(void)c;
	if (l->n < LIVE_MAX)
		l->items[l->n++] = value_ref(v);
	return FLOW_MORE;
}

static void
live_clear(struct live_list *l)
{
	while (l->n > 0)
		value_unref(l->items[--l->n]);
}

static int
live_get(struct call *c, struct live_list *l, struct fault *f)
{
	enum flow flow;

	l->n = 0;
	return remote_call(c, "service-list", VALUE_NULL, false, 0, take, l,
	    &flow, f);
}

/* Adds what is wrong with a service to b. */
static void
judge(const struct live_list *l, const char *service, struct buf *b)
{
	const char *status = NULL;
	struct value problems = VALUE_NULL;
	size_t i;

	for (i = 0; i < l->n; i++) {
		const char *name = remote_text(l->items[i], "Name");

		if (name == NULL || strcasecmp(name, service) != 0)
			continue;
		status = remote_text(l->items[i], "Status");
		problems = remote_get(l->items[i], "Problems");
	}
	if (status == NULL || strcmp(status, "Running") != 0)
		buf_printf(b, "%s%s is %s.", b->len > 0 ? " " : "", service,
		    status != NULL ? status : "Stopped");
	for (i = 0; value_is_list(problems) && i < list_of(problems)->count;
	     i++) {
		const char *text = value_chars(list_of(problems)->items[i]);

		if (text != NULL)
			buf_printf(b, "%s%s: %s.", b->len > 0 ? " " : "",
			    service, text);
	}
}

static const char *
repair(const struct buf *wrong)
{
	const char *text = buf_text(wrong);

	if (wrong->len == 0)
		return NULL;
	if (strstr(text, "is Stopped") != NULL)
		return "Start-CsWindowsService starts what is stopped.";
	if (strstr(text, "ertificate") != NULL)
		return "Request-CsCertificate, Import-CsCertificate and "
		       "Set-CsCertificate give the service its certificate.";
	return "Get-CsWindowsService | Format-List shows the details.";
}

/* --- Test-CsTopology --- */

static enum flow
test_service(struct call *c, const struct role_row *role,
    const struct dict *service, const struct live_list *live,
    const struct fault *down)
{
	struct buf wrong = { .data = NULL };
	struct task t;
	enum flow flow;
	size_t i;

	task_begin(&t, c, instance_text(service, "PoolFqdn"));
	(void)task_step(&t, "looking at %s", instance_text(service, "Identity"));
	if (down != NULL)
		return task_end(&t, down->text, NO_SUPERVISOR);
	for (i = 0; role->services[i] != NULL; i++)
		judge(live, role->services[i], &wrong);
	flow = task_end(
	    &t, wrong.len > 0 ? buf_text(&wrong) : NULL, repair(&wrong));
	buf_clear(&wrong);
	return flow;
}

static enum flow
test_role(struct call *c, struct store *s, const struct role_row *role,
    const struct live_list *live, const struct fault *down, size_t *foundp)
{
	const char *only = cs_string(c, "Service");
	enum flow flow = FLOW_MORE;
	struct store_row *row;
	struct walk w;
	struct fault f;

	if (only != NULL && strncasecmp(only, "service:", 8) == 0)
		only += 8;
	walk_begin(&w, s, role->noun->class_name, NULL, NULL);
	while (flow == FLOW_MORE && walk_next(&w, &row, &f) == 1) {
		const char *identity = value_is_dict(row->object)
		    ? instance_text(dict_of(row->object), "Identity")
		    : NULL;

		if (identity == NULL ||
		    (only != NULL && strcasecmp(only, identity) != 0))
			continue;
		++*foundp;
		flow = test_service(
		    c, role, dict_of(row->object), live, down);
	}
	walk_end(&w);
	return flow;
}

static enum flow
topology_process(struct call *c)
{
	struct store *s = cs_store(c);
	struct live_list live;
	enum flow flow = FLOW_MORE;
	size_t i, found = 0;
	struct fault f;
	bool down;

	if (s == NULL)
		return FLOW_LEAVE;
	down = live_get(c, &live, &f) != 0;
	for (i = 0; i < ROLES && flow == FLOW_MORE; i++)
		flow = test_role(
		    c, s, &role_rows[i], &live, down ? &f : NULL, &found);
	live_clear(&live);
	if (flow == FLOW_MORE && found == 0)
		return cs_not_found(c, cs_string(c, "Service"));
	return flow;
}

static const struct param_spec topology_params[] = {
	{ "Service", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Only this one, as ROLE:FQDN" },
	CS_KEPT("GlobalCatalog", "string"),
	CS_KEPT("GlobalSettingsDomainController", "string"),
	CS_KEPT("Report", "string"),
	CS_END,
};

const struct cmdlet cmdlet_test_cs_topology = {
	.name = "Test-CsTopology",
	.module = CS_MODULE,
	.flags = CMDLET_BARE_NAMES,
	.params = topology_params,
	.output = task_output,
	.synopsis = "Compares the topology's services with those that run",
	.process = topology_process,
};

/* --- Test-CsComputer --- */

static enum flow
computer_process(struct call *c)
{
	struct store *s = cs_store(c);
	struct buf wrong = { .data = NULL };
	struct live_list live;
	enum flow flow;
	struct fault f;
	struct task t;
	size_t i, j;
	char *fqdn;

	if (s == NULL)
		return FLOW_LEAVE;
	if ((fqdn = topology_realm(s, &f)) == NULL)
		return cs_fault(c, &f, NULL);
	task_begin(&t, c, fqdn);
	if (live_get(c, &live, &f) != 0) {
		flow = task_end(&t, f.text, NO_SUPERVISOR);
	} else {
		judge(&live, "REPLICA", &wrong);
		for (i = 0; i < ROLES; i++)
			for (j = 0; role_rows[i].services[j] != NULL; j++)
				judge(&live, role_rows[i].services[j], &wrong);
		flow = task_end(&t, wrong.len > 0 ? buf_text(&wrong) : NULL,
		    repair(&wrong));
	}
	live_clear(&live);
	buf_clear(&wrong);
	mem_free(fqdn);
	return flow;
}

static const struct param_spec report_params[] = {
	CS_KEPT("Report", "string"),
	CS_END,
};

const struct cmdlet cmdlet_test_cs_computer = {
	.name = "Test-CsComputer",
	.module = CS_MODULE,
	.flags = CMDLET_BARE_NAMES,
	.params = report_params,
	.output = task_output,
	.synopsis = "Looks at the services of this computer",
	.process = computer_process,
};

/* --- Test-CsReplica --- */

static enum flow
replica_process(struct call *c)
{
	struct store *s = cs_store(c);
	struct buf wrong = { .data = NULL };
	struct live_list live;
	enum flow flow;
	struct fault f;
	struct task t;
	char *fqdn;

	if (s == NULL)
		return FLOW_LEAVE;
	if ((fqdn = topology_realm(s, &f)) == NULL)
		return cs_fault(c, &f, NULL);
	task_begin(&t, c, fqdn);
	if (live_get(c, &live, &f) != 0) {
		flow = task_end(&t, f.text, NO_SUPERVISOR);
	} else {
		judge(&live, "REPLICA", &wrong);
		flow = task_end(&t, wrong.len > 0 ? buf_text(&wrong) : NULL,
		    repair(&wrong));
	}
	live_clear(&live);
	buf_clear(&wrong);
	mem_free(fqdn);
	return flow;
}

static const struct param_spec replica_params[] = {
	CS_KEPT("GlobalCatalog", "string"),
	CS_KEPT("GlobalSettingsDomainController", "string"),
	CS_KEPT("Report", "string"),
	CS_END,
};

const struct cmdlet cmdlet_test_cs_replica = {
	.name = "Test-CsReplica",
	.module = CS_MODULE,
	.flags = CMDLET_BARE_NAMES,
	.params = replica_params,
	.output = task_output,
	.synopsis = "Looks at the service that hands configuration on",
	.process = replica_process,
};

/* --- Test-CsCertificateConfiguration --- */

static enum flow
emit_uses(struct call *c, struct value v, void *ctx)
{
	struct value uses = remote_get(v, "Uses");
	enum flow flow = FLOW_MORE;
	size_t i;

	(void)ctx;
	for (i = 0; value_is_list(uses) && i < list_of(uses)->count &&
	     flow == FLOW_MORE; i++) {
		struct object *o = object_new(
		    "Microsoft.Rtc.Management.Deployment.CertificateExists");

		object_add(o, "Thumbprint", MEMBER_PROPERTY)->value =
		    value_ref(remote_get(v, "Thumbprint"));
		object_add(o, "Use", MEMBER_PROPERTY)->value =
		    value_ref(list_of(uses)->items[i]);
		flow = call_emit_take(c, object_value(o));
	}
	return flow;
}

static enum flow
certificates_process(struct call *c)
{
	enum flow flow;
	struct fault f;

	if (remote_call(c, "cert-list", VALUE_NULL, true, 0, emit_uses, NULL,
		&flow, &f) != 0 &&
	    flow == FLOW_MORE)
		return cs_fault(c, &f, NULL);
	return flow;
}

static const char *const exists_output[] = {
	"Microsoft.Rtc.Management.Deployment.CertificateExists", NULL
};

const struct cmdlet cmdlet_test_cs_certificate_configuration = {
	.name = "Test-CsCertificateConfiguration",
	.module = CS_MODULE,
	.flags = CMDLET_BARE_NAMES,
	.params = report_params,
	.output = exists_output,
	.synopsis = "Shows which usages have a certificate",
	.process = certificates_process,
};
