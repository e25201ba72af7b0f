/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cmdlets of the room, by name. A new one is one line here. */
#include "config.h"

#include "cmdlets/cs/rows.h"

const struct cmdlet *const cmdlets_cs[] = {
	&cmdlet_disable_cs_user,
	&cmdlet_enable_cs_topology,
	&cmdlet_enable_cs_user,
	&cmdlet_findstr,
	&cmdlet_get_ad_user,
	&cmdlet_get_cs_ad_user,
	&cmdlet_get_cs_certificate,
	&cmdlet_get_cs_computer,
	&cmdlet_get_cs_effective_policy,
	&cmdlet_get_cs_management_store_replication_status,
	&cmdlet_get_cs_pool,
	&cmdlet_get_cs_service,
	&cmdlet_get_cs_topology,
	&cmdlet_get_cs_user,
	&cmdlet_get_cs_user_pool_info,
	&cmdlet_get_cs_windows_service,
	&cmdlet_get_net_tcp_connection,
	&cmdlet_get_win_event,
	&cmdlet_import_certificate,
	&cmdlet_import_cs_certificate,
	&cmdlet_invoke_cs_management_store_replication,
	&cmdlet_move_cs_user,
	&cmdlet_netstat,
	&cmdlet_new_ad_user,
	&cmdlet_remove_ad_user,
	&cmdlet_remove_cs_certificate,
	&cmdlet_request_cs_certificate,
	&cmdlet_set_ad_user,
	&cmdlet_set_cs_certificate,
	&cmdlet_set_cs_user,
	&cmdlet_start_cs_windows_service,
	&cmdlet_stop_cs_windows_service,
	NULL,
};
