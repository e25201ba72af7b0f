/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which of the 18 ways to negotiate with a partner make sense. */
#include "config.h"

#include <string.h>
#include <strings.h>

#include "core/list.h"
#include "model/instance.h"
#include "model/noun.h"

#define NOTE_TLS "SASL needs TLS, so the negotiation may fail."

/* cmdlets.md 4.1; dialback in the order False, True. */
static const struct matrix_row {
	const char *tls, *sasl;
	bool dialback;
	bool invalid;
	const char *note;
} matrix[] = {
	{ "Required", "Required", true, false,
	    "dialback cannot happen while TlsNegotiation and SaslNegotiation "
	    "are Required." },
	{ "Required", "Required", false, false, NULL },
	{ "Optional", "Required", true, false, NOTE_TLS },
	{ "Optional", "Required", false, false, NOTE_TLS },
	{ "NotSupported", "Required", true, false, NOTE_TLS },
	{ "NotSupported", "Required", false, true,
	    "SASL needs TLS and dialback is off" },
	{ "Required", "Optional", true, false, NULL },
	{ "Required", "Optional", false, false, NULL },
	{ "Optional", "Optional", true, false, NOTE_TLS },
	{ "Optional", "Optional", false, false, NOTE_TLS },
	{ "NotSupported", "Optional", true, false, NOTE_TLS },
	{ "NotSupported", "Optional", false, true,
	    "SASL needs TLS and dialback is off" },
	{ "Required", "NotSupported", true, false, NULL },
	{ "Required", "NotSupported", false, true,
	    "SASL or dialback must be on" },
	{ "Optional", "NotSupported", true, false, NULL },
	{ "Optional", "NotSupported", false, true,
	    "SASL or dialback must be on" },
	{ "NotSupported", "NotSupported", true, false, NULL },
	{ "NotSupported", "NotSupported", false, true,
	    "SASL or dialback must be on" },
};

int
noun_check_partner(const struct dict *object, struct buf *warning,
    struct fault *f)
{
	const struct noun *n = &noun_xmpp_allowed_partner;
	const char *tls = instance_text(object, "TlsNegotiation");
	const char *sasl = instance_text(object, "SaslNegotiation");
	bool dialback =
	    instance_bool(n, object, "SupportDialbackNegotiation");
	size_t i;

	for (i = 0; i < sizeof(matrix) / sizeof(matrix[0]); i++) {
		const struct matrix_row *row = &matrix[i];

		if (tls == NULL || sasl == NULL ||
		    strcmp(row->tls, tls) != 0 ||
		    strcmp(row->sasl, sasl) != 0 || row->dialback != dialback)
			continue;
		if (row->invalid)
			return fault_set(f, FAULT_INVALID,
			    "TlsNegotiation %s, SaslNegotiation %s and "
			    "SupportDialbackNegotiation False leave the XMPP "
			    "partner \"%s\" no way to prove itself: %s; change "
			    "one of the three",
			    tls, sasl, instance_text(object, "Domain"),
			    row->note);
		if (row->note != NULL)
			buf_printf(warning, "XMPP partner \"%s\": %s",
			    instance_text(object, "Domain"), row->note);
	}
	return 0;
}

bool
partner_has_domain(const struct dict *partner, const char *domain)
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
