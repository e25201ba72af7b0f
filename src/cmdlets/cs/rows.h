/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef CMDLETS_CS_ROWS_H
#define CMDLETS_CS_ROWS_H

#include "core/cmdlet.h"

/* Every cmdlet of the room; cmdlets_cs[] lists them. */
extern const struct cmdlet cmdlet_backup_cs_pool;
extern const struct cmdlet cmdlet_disable_cs_computer;
extern const struct cmdlet cmdlet_disable_cs_user;
extern const struct cmdlet cmdlet_enable_cs_computer;
extern const struct cmdlet cmdlet_enable_cs_topology;
extern const struct cmdlet cmdlet_enable_cs_user;
extern const struct cmdlet cmdlet_export_cs_configuration;
extern const struct cmdlet cmdlet_export_cs_user_data;
extern const struct cmdlet cmdlet_findstr;
extern const struct cmdlet cmdlet_get_ad_user;
extern const struct cmdlet cmdlet_get_cs_ad_user;
extern const struct cmdlet cmdlet_get_cs_certificate;
extern const struct cmdlet cmdlet_get_cs_computer;
extern const struct cmdlet cmdlet_get_cs_effective_policy;
extern const struct cmdlet cmdlet_get_cs_management_store_replication_status;
extern const struct cmdlet cmdlet_get_cs_pool;
extern const struct cmdlet cmdlet_get_cs_server_version;
extern const struct cmdlet cmdlet_get_cs_service;
extern const struct cmdlet cmdlet_get_cs_topology;
extern const struct cmdlet cmdlet_get_cs_user;
extern const struct cmdlet cmdlet_get_cs_user_pool_info;
extern const struct cmdlet cmdlet_get_cs_windows_service;
extern const struct cmdlet cmdlet_get_net_tcp_connection;
extern const struct cmdlet cmdlet_get_win_event;
extern const struct cmdlet cmdlet_import_certificate;
extern const struct cmdlet cmdlet_import_cs_certificate;
extern const struct cmdlet cmdlet_import_cs_configuration;
extern const struct cmdlet cmdlet_import_cs_user_data;
extern const struct cmdlet cmdlet_invoke_cs_management_store_replication;
extern const struct cmdlet cmdlet_move_cs_user;
extern const struct cmdlet cmdlet_netstat;
extern const struct cmdlet cmdlet_new_ad_user;
extern const struct cmdlet cmdlet_publish_cs_topology;
extern const struct cmdlet cmdlet_remove_ad_user;
extern const struct cmdlet cmdlet_remove_cs_certificate;
extern const struct cmdlet cmdlet_request_cs_certificate;
extern const struct cmdlet cmdlet_set_ad_user;
extern const struct cmdlet cmdlet_set_cs_certificate;
extern const struct cmdlet cmdlet_set_cs_user;
extern const struct cmdlet cmdlet_start_cs_pool;
extern const struct cmdlet cmdlet_start_cs_windows_service;
extern const struct cmdlet cmdlet_stop_cs_windows_service;
extern const struct cmdlet cmdlet_test_cs_certificate_configuration;
extern const struct cmdlet cmdlet_test_cs_computer;
extern const struct cmdlet cmdlet_test_cs_federated_partner;
extern const struct cmdlet cmdlet_test_cs_registration;
extern const struct cmdlet cmdlet_test_cs_replica;
extern const struct cmdlet cmdlet_test_cs_topology;
extern const struct cmdlet cmdlet_test_cs_xmpp_im;

#endif
