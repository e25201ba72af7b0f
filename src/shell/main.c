/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Picks a role and joins the rooms. */
#include "config.h"

#include <stddef.h>

#include "core/cmdlet.h"
#include "shell/format/format.h"
#include "shell/prompt/batch.h"
#include "shell/prompt/repl.h"
#include "types/types.h"

static const struct cmdlet *const *const tables[] = {
	cmdlets_cs,
	cmdlets_data,
	cmdlets_format,
	cmdlets_host,
	cmdlets_object,
	NULL,
};

int
main(int argc, char **argv)
{
	types_init();
	return startup_main(argc, argv, tables, repl_main);
}
