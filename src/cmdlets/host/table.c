/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The room's cmdlets, in alphabetical order. A new one is one line here. */
#include "config.h"

#include <stddef.h>

#include "cmdlets/host/host_cmdlets.h"

const struct cmdlet *const cmdlets_host[] = {
	&cmdlet_clear_variable,
	&cmdlet_convertto_securestring,
	&cmdlet_get_alias,
	&cmdlet_get_command,
	&cmdlet_get_date,
	&cmdlet_get_help,
	&cmdlet_get_host,
	&cmdlet_get_variable,
	&cmdlet_get_verb,
	&cmdlet_invoke_command,
	&cmdlet_invoke_expression,
	&cmdlet_measure_command,
	&cmdlet_new_alias,
	&cmdlet_new_variable,
	&cmdlet_out_null,
	&cmdlet_read_host,
	&cmdlet_remove_alias,
	&cmdlet_remove_variable,
	&cmdlet_set_alias,
	&cmdlet_set_variable,
	&cmdlet_start_sleep,
	&cmdlet_write_debug,
	&cmdlet_write_host,
	&cmdlet_write_information,
	&cmdlet_write_verbose,
	&cmdlet_write_warning,
	NULL,
};
