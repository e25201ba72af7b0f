/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The room's cmdlets, in alphabetical order. A new one is one line here. */
#include "config.h"

#include <stddef.h>

#include "cmdlets/object/object_cmdlets.h"

const struct cmdlet *const cmdlets_object[] = {
	&cmdlet_add_member,
	&cmdlet_compare_object,
	&cmdlet_for_each_object,
	&cmdlet_get_member,
	&cmdlet_get_unique,
	&cmdlet_group_object,
	&cmdlet_join_string,
	&cmdlet_measure_object,
	&cmdlet_new_object,
	&cmdlet_remove_typedata,
	&cmdlet_select_object,
	&cmdlet_sort_object,
	&cmdlet_tee_object,
	&cmdlet_update_typedata,
	&cmdlet_where_object,
	&cmdlet_write_error,
	&cmdlet_write_output,
	NULL,
};
