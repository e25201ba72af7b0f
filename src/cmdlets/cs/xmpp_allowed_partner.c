/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CsXmppAllowedPartner: the XMPP domains users may talk to. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "cmdlets/cs/cs_internal.h"
#include "cmdlets/cs/rows.h"
#include "core/list.h"
#include "model/walk.h"

static const char *const negotiation[] = { "Required", "Optional",
	"NotSupported", NULL };
static const char *const partner_types[] = { "Federated", "PublicVerified",
	"PublicUnverified", NULL };

static bool
has_domain(const struct dict *partner, const char *domain)
{
	struct value more = dict_peek(partner, "AdditionalDomains");
	const char *own = instance_text(partner, "Domain");
	size_t i;

	if (own != NULL && strcasecmp(own, domain) == 0)
		return true;
	for (i = 0; value_is_list(more) && i < list_of(more)->count; i++) {
		const char *text = value_chars(list_of(more)->items[i]);

		if (text != NULL && strcasecmp(text, domain) == 0)
			return true;
	}
	return false;
}

/* No other partner has the domain, and it is not one of ours. */
static int
check_domain(struct store *s, const char *own_key, const char *domain,
    struct fault *f)
{
	char key[IDENTITY_MAX];
	struct store_row *row;
	struct walk w;
	int rc;

	(void)strncpy(key, domain, sizeof(key) - 1);
	key[sizeof(key) - 1] = '\0';
	rc = store_get(
	    s, noun_sip_domain.class_name, identity_fold(key), NULL, f);
	if (rc < 0)
		return -1;
	if (rc == 1)
		return fault_set(f, FAULT_INVALID,
		    "\"%s\" is a SIP domain of this organization and cannot "
		    "be an XMPP partner",
		    domain);
	walk_begin(
	    &w, s, noun_xmpp_allowed_partner.class_name, NULL, NULL);
	while ((rc = walk_next(&w, &row, f)) == 1)
		if (value_is_dict(row->object) &&
		    strcmp(row->key, own_key) != 0 &&
		    has_domain(dict_of(row->object), domain)) {
			rc = fault_set(f, FAULT_EXISTS,
			    "\"%s\" belongs to the XMPP partner \"%s\" "
			    "already",
			    domain,
			    instance_text(dict_of(row->object), "Domain"));
			break;
		}
	walk_end(&w);
	return rc;
}

static int
guard(struct store *s, struct dict *object, const struct identity *id,
    enum crud_op op, struct fault *f)
{
	struct value more = dict_peek(object, "AdditionalDomains");
	size_t i;

	if (op == CRUD_REMOVE)
		return 0;
	if (check_domain(s, id->key, id->text, f) != 0)
		return -1;
	for (i = 0; value_is_list(more) && i < list_of(more)->count; i++)
		if (check_domain(s, id->key,
			value_chars(list_of(more)->items[i]), f) != 0)
			return -1;
	return 0;
}

static const struct crud crud = {
	.noun = &noun_xmpp_allowed_partner,
	.guard = guard,
	.key_param = "Domain",
};

static const char *const output[] = {
	"Microsoft.Rtc.Management.WritableConfig.Settings.XmppFederation.XmppAllowedPartner", NULL
};
static const struct param_spec get_params[] = {
	CS_IDENTITY_GET,
	CS_FILTER,
	CS_LOCAL_STORE,
	CS_END,
};
static const struct param_spec new_params[] = {
	{ "Identity", "string", NULL, "Identity/0m", 0, NULL, 0, 0,
	    "The partner's primary domain" },
	{ "Domain", "string", NULL, "ParentAndRelativeKey/m", 0, NULL, 0, 0,
	    "The same as Identity" },
	{ "Description", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Free text for administrators" },
	{ "AdditionalDomains", "object", NULL, NULL, 0, NULL, 0, 0,
	    "Further domains of the same partner; subdomains are not "
	    "implied" },
	{ "ProxyFqdn", "string", NULL, NULL, 0, NULL, 0, 0,
	    "The partner's server, in place of its SRV records" },
	{ "PartnerType", "string", NULL, NULL, 0, partner_types, 0, 0,
	    "What contacts of this partner may do unasked" },
	{ "TlsNegotiation", "string", NULL, NULL, 0, negotiation, 0, 0,
	    "Whether streams are encrypted" },
	{ "SaslNegotiation", "string", NULL, NULL, 0, negotiation, 0, 0,
	    "Whether the partner proves itself by certificate" },
	{ "SupportDialbackNegotiation", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Whether the partner may prove itself by dialback" },
	{ "EnableKeepAlive", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Whether the partner is expected to send keep-alives" },
	{ "ConnectionLimit", "uint32", NULL, NULL, 0, NULL, 0, 0,
	    "Most connections with this partner; the gateway's limit if "
	    "not said" },
	CS_FORCE,
	CS_IN_MEMORY,
	CS_END,
};
static const struct param_spec set_params[] = {
	{ "Identity", "string", NULL, "Identity/0", 0, NULL, 0, 0,
	    "The partner's primary domain" },
	CS_INSTANCE,
	{ "Description", "string", NULL, NULL, 0, NULL, 0, 0,
	    "Free text for administrators" },
	{ "AdditionalDomains", "object", NULL, NULL, 0, NULL, 0, 0,
	    "Further domains of the same partner; subdomains are not "
	    "implied" },
	{ "ProxyFqdn", "string", NULL, NULL, 0, NULL, 0, 0,
	    "The partner's server, in place of its SRV records" },
	{ "PartnerType", "string", NULL, NULL, 0, partner_types, 0, 0,
	    "What contacts of this partner may do unasked" },
	{ "TlsNegotiation", "string", NULL, NULL, 0, negotiation, 0, 0,
	    "Whether streams are encrypted" },
	{ "SaslNegotiation", "string", NULL, NULL, 0, negotiation, 0, 0,
	    "Whether the partner proves itself by certificate" },
	{ "SupportDialbackNegotiation", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Whether the partner may prove itself by dialback" },
	{ "EnableKeepAlive", "bool", NULL, NULL, 0, NULL, 0, 0,
	    "Whether the partner is expected to send keep-alives" },
	{ "ConnectionLimit", "uint32", NULL, NULL, 0, NULL, 0, 0,
	    "Most connections with this partner; the gateway's limit if "
	    "not said" },
	CS_FORCE,
	CS_END,
};
static const struct param_spec remove_params[] = {
	{ "Identity", "string", NULL, "*/0mp", 0, NULL, 0, 0,
	    "Which partner" },
	CS_FORCE,
	CS_END,
};
const struct cmdlet cmdlet_get_cs_xmpp_allowed_partner = {
	.name = "Get-CsXmppAllowedPartner",
	.module = CS_MODULE,
	.default_set = "Identity",
	.flags = CMDLET_BARE_NAMES,
	.params = get_params,
	.output = output,
	.synopsis = "Shows the XMPP domains users may talk to",
	.process = crud_get,
	.data = &crud,
};

const struct cmdlet cmdlet_new_cs_xmpp_allowed_partner = {
	.name = "New-CsXmppAllowedPartner",
	.module = CS_MODULE,
	.default_set = "Identity",
	.flags = CS_FLAGS,
	.params = new_params,
	.output = output,
	.synopsis = "Allows an XMPP domain",
	.process = crud_new,
	.end = cs_end,
	.clean = cs_clean,
	.data = &crud,
};

const struct cmdlet cmdlet_set_cs_xmpp_allowed_partner = {
	.name = "Set-CsXmppAllowedPartner",
	.module = CS_MODULE,
	.default_set = "Identity",
	.flags = CS_FLAGS,
	.params = set_params,
	.synopsis = "Changes an allowed XMPP domain",
	.process = crud_set,
	.end = cs_end,
	.clean = cs_clean,
	.data = &crud,
};

const struct cmdlet cmdlet_remove_cs_xmpp_allowed_partner = {
	.name = "Remove-CsXmppAllowedPartner",
	.module = CS_MODULE,
	.flags = CS_FLAGS,
	.params = remove_params,
	.synopsis = "Allows an XMPP domain no longer",
	.process = crud_remove,
	.end = cs_end,
	.clean = cs_clean,
	.data = &crud,
};
