/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Default views of the federation objects. Most of them have many properties
 * and show as lists in the order their rows declare; here is what differs.
 */
#include "config.h"

#include <stddef.h>

#include "shell/format/view.h"

static const struct view_column service_columns[] = {
	{ "Status", "Status", 10, ALIGN_LEFT, NULL },
	{ "Name", "Name", 14, ALIGN_LEFT, NULL },
	{ "ActivityLevel", "ActivityLevel", 0, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

static const struct view_column connection_columns[] = {
	{ "LocalAddress", "LocalAddress", 35, ALIGN_LEFT, NULL },
	{ "LocalPort", "LocalPort", 9, ALIGN_LEFT, NULL },
	{ "RemoteAddress", "RemoteAddress", 35, ALIGN_LEFT, NULL },
	{ "RemotePort", "RemotePort", 10, ALIGN_LEFT, NULL },
	{ "State", "State", 11, ALIGN_LEFT, NULL },
	{ "OwningProcess", "OwningProcess", 0, ALIGN_LEFT, NULL },
	{ NULL, NULL, 0, ALIGN_UNDEFINED, NULL },
};

const struct view views_cs[] = {
	{ "Microsoft.Rtc.Management.Deployment.Core.NTService", SHAPE_TABLE,
	    service_columns, NULL, false, NULL },
	{ "Microsoft.Management.Infrastructure.CimInstance#ROOT/"
	  "StandardCimv2/MSFT_NetTCPConnection",
	    SHAPE_TABLE, connection_columns, NULL, false, NULL },
	{ NULL, SHAPE_ANY, NULL, NULL, false, NULL },
};
