/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The room's cmdlets, in alphabetical order. A new one is one line here. */
#include "config.h"

#include <stddef.h>

#include "cmdlets/item/item_internal.h"

const struct cmdlet *const cmdlets_item[] = {
	&cmdlet_add_content,
	&cmdlet_clear_content,
	&cmdlet_clear_item,
	&cmdlet_clear_item_property,
	&cmdlet_convert_path,
	&cmdlet_copy_item,
	&cmdlet_copy_item_property,
	&cmdlet_get_child_item,
	&cmdlet_get_content,
	&cmdlet_get_file_hash,
	&cmdlet_get_item,
	&cmdlet_get_item_property,
	&cmdlet_get_item_property_value,
	&cmdlet_get_location,
	&cmdlet_get_ps_drive,
	&cmdlet_get_ps_provider,
	&cmdlet_invoke_item,
	&cmdlet_join_path,
	&cmdlet_move_item,
	&cmdlet_move_item_property,
	&cmdlet_new_item,
	&cmdlet_new_item_property,
	&cmdlet_new_ps_drive,
	&cmdlet_new_temporary_file,
	&cmdlet_pop_location,
	&cmdlet_push_location,
	&cmdlet_remove_item,
	&cmdlet_remove_item_property,
	&cmdlet_remove_ps_drive,
	&cmdlet_rename_item,
	&cmdlet_rename_item_property,
	&cmdlet_resolve_path,
	&cmdlet_set_content,
	&cmdlet_set_item,
	&cmdlet_set_item_property,
	&cmdlet_set_location,
	&cmdlet_split_path,
	&cmdlet_test_path,
	&cmdlet_unblock_file,
	NULL,
};
