# SPDX-License-Identifier: GPL-3.0-or-later
# The sources, a block a room (doc/internals/rooms.md). Headers are listed too.
noinst_LIBRARIES += libfedsh.a
bin_PROGRAMS += fedsh

fedsh_SOURCES = src/shell/main.c
fedsh_LDADD = $(FEDSH_LIBS)

libfedsh_a_SOURCES =

# core
libfedsh_a_SOURCES += \
	src/core/buf.c \
	src/core/buf.h \
	src/core/chain.c \
	src/core/chain.h \
	src/core/cmdlet.h \
	src/core/codec.c \
	src/core/codec.h \
	src/core/dict.c \
	src/core/dict.h \
	src/core/errors.def \
	src/core/evlog.c \
	src/core/evlog.def \
	src/core/evlog.h \
	src/core/evlog_file.c \
	src/core/fault.c \
	src/core/fault.h \
	src/core/home.c \
	src/core/home.h \
	src/core/host.c \
	src/core/host.h \
	src/core/icu.c \
	src/core/icu.h \
	src/core/list.c \
	src/core/list.h \
	src/core/log.c \
	src/core/log.h \
	src/core/mem.c \
	src/core/mem.h \
	src/core/object.c \
	src/core/object.h \
	src/core/precis.c \
	src/core/precis.h \
	src/core/regex.c \
	src/core/regex.h \
	src/core/regex_internal.h \
	src/core/regex_translate.c \
	src/core/replace.c \
	src/core/replace.h \
	src/core/run.c \
	src/core/run.h \
	src/core/sandbox.c \
	src/core/sandbox.h \
	src/core/sandbox_calls.c \
	src/core/sandbox_files.c \
	src/core/sandbox_internal.h \
	src/core/secret.c \
	src/core/secret.h \
	src/core/string.c \
	src/core/string.h \
	src/core/text.c \
	src/core/text.h \
	src/core/textfile.c \
	src/core/textfile.h \
	src/core/textread.c \
	src/core/type.c \
	src/core/type.h \
	src/core/usertable.c \
	src/core/usertable.h \
	src/core/value.c \
	src/core/value.h

# types
libfedsh_a_SOURCES += \
	src/types/access.c \
	src/types/access.h \
	src/types/arith.c \
	src/types/arith_date.c \
	src/types/arith_internal.h \
	src/types/arith_number.c \
	src/types/arith_other.c \
	src/types/arrays.c \
	src/types/base64.c \
	src/types/bigint.c \
	src/types/bind.c \
	src/types/bind_internal.h \
	src/types/bits.c \
	src/types/builder.c \
	src/types/chars.c \
	src/types/class.c \
	src/types/collections.c \
	src/types/collections_internal.h \
	src/types/compare.c \
	src/types/composite.c \
	src/types/convert.c \
	src/types/convert_number.c \
	src/types/credential.c \
	src/types/credential.h \
	src/types/datefmt.c \
	src/types/datenames.h \
	src/types/dateparse.c \
	src/types/dates.c \
	src/types/dates_internal.h \
	src/types/datetime.c \
	src/types/decimal.c \
	src/types/dictionaries.c \
	src/types/dictionaries_internal.h \
	src/types/drives.c \
	src/types/drives.h \
	src/types/encoding.h \
	src/types/enums.c \
	src/types/enums.def \
	src/types/enums.h \
	src/types/environment.c \
	src/types/environment_internal.h \
	src/types/exception.c \
	src/types/exception.h \
	src/types/file.c \
	src/types/fileinfo.c \
	src/types/fileinfo.h \
	src/types/folder.c \
	src/types/guid.c \
	src/types/hash.c \
	src/types/index.c \
	src/types/init.c \
	src/types/intrinsic.c \
	src/types/invoke.c \
	src/types/ipaddress.c \
	src/types/iter.c \
	src/types/list_blocks.c \
	src/types/mailaddress.c \
	src/types/match.c \
	src/types/math.c \
	src/types/member.c \
	src/types/member.h \
	src/types/member_internal.h \
	src/types/number.c \
	src/types/numbers.c \
	src/types/numfmt.c \
	src/types/objects.c \
	src/types/operator.c \
	src/types/pairs.c \
	src/types/path.c \
	src/types/property_arg.c \
	src/types/property_arg.h \
	src/types/queues.c \
	src/types/regex_types.c \
	src/types/regex_types.h \
	src/types/registry.c \
	src/types/report.c \
	src/types/report.h \
	src/types/sets.c \
	src/types/sorting.c \
	src/types/stream.c \
	src/types/strings.c \
	src/types/strings_args.c \
	src/types/strings_cut.c \
	src/types/strings_find.c \
	src/types/strings_internal.h \
	src/types/strings_make.c \
	src/types/system.c \
	src/types/system_internal.h \
	src/types/table.c \
	src/types/tables.h \
	src/types/text.c \
	src/types/timespan.c \
	src/types/types.h \
	src/types/types_internal.h \
	src/types/uri.c \
	src/types/uri_internal.h \
	src/types/uri_read.c \
	src/types/uri_text.c \
	src/types/version.c \
	src/types/view.c \
	src/types/view_info.c \
	src/types/view_internal.h \
	src/types/view_walk.c \
	src/types/webutility.c \
	src/types/wildcard.c

# net
libfedsh_a_SOURCES += \
	src/net/addr.c \
	src/net/addr.h \
	src/net/cert.c \
	src/net/cert.h \
	src/net/cert_internal.h \
	src/net/cert_make.c \
	src/net/cert_read.c \
	src/net/conn.c \
	src/net/conn.h \
	src/net/conn_internal.h \
	src/net/conn_io.c \
	src/net/dns_wire.c \
	src/net/dns_wire.h \
	src/net/hash.c \
	src/net/hash.h \
	src/net/holder.c \
	src/net/listener.c \
	src/net/loop.c \
	src/net/loop.h \
	src/net/loop_internal.h \
	src/net/resolver.c \
	src/net/resolver.h \
	src/net/resolver_fake.c \
	src/net/resolver_internal.h \
	src/net/resolver_unbound.c \
	src/net/san.c \
	src/net/san_internal.h \
	src/net/tls.c \
	src/net/tls.h \
	src/net/tls_internal.h \
	src/net/tls_peer.c \
	src/net/udp.c \
	src/net/udp.h

# xml
libfedsh_a_SOURCES += \
	src/xml/xml.c \
	src/xml/xml.h \
	src/xml/xml_read.c \
	src/xml/xml_read.h \
	src/xml/xml_write.c

# store
libfedsh_a_SOURCES += \
	src/store/store.c \
	src/store/store.h \
	src/store/store_internal.h \
	src/store/store_lock.c \
	src/store/store_sqlite.c

# live
libfedsh_a_SOURCES += \
	src/live/live.h \
	src/live/live_journal.c

# model
libfedsh_a_SOURCES += \
	src/model/identity.c \
	src/model/identity.h \
	src/model/instance.c \
	src/model/instance.h \
	src/model/noun.h \
	src/model/nouns.c \
	src/model/nouns_provider.c \
	src/model/nouns_topology.c \
	src/model/partner.c \
	src/model/resolve.c \
	src/model/resolve.h \
	src/model/snapshot.c \
	src/model/snapshot.h \
	src/model/snapshot_part.c \
	src/model/topology.c \
	src/model/topology.h \
	src/model/user.c \
	src/model/user.h \
	src/model/walk.c \
	src/model/walk.h

# svc
libfedsh_a_SOURCES += \
	src/svc/args.c \
	src/svc/args.h \
	src/svc/channel.c \
	src/svc/channel_internal.h \
	src/svc/client.c \
	src/svc/client.h \
	src/svc/control.c \
	src/svc/control.h \
	src/svc/ensure.c \
	src/svc/frame.c \
	src/svc/frame.h \
	src/svc/keys.c \
	src/svc/keys_import.c \
	src/svc/keys_internal.h \
	src/svc/keys_make.c \
	src/svc/keys_staged.c \
	src/svc/peer.c \
	src/svc/peer.h \
	src/svc/service.c \
	src/svc/service.h \
	src/svc/service_foreground.c \
	src/svc/service_internal.h \
	src/svc/supervisor.c \
	src/svc/supervisor.h \
	src/svc/supervisor_cert.c \
	src/svc/supervisor_child.c \
	src/svc/supervisor_control.c \
	src/svc/supervisor_internal.h \
	src/svc/supervisor_listen.c

# replica
libfedsh_a_SOURCES += \
	src/replica/publish.c \
	src/replica/publish.h \
	src/replica/replica.c \
	src/replica/replica.h

# gateway/xmpp
libfedsh_a_SOURCES += \
	src/gateway/xmpp/dial.c \
	src/gateway/xmpp/dial.h \
	src/gateway/xmpp/dialback.c \
	src/gateway/xmpp/dialback.h \
	src/gateway/xmpp/iq.c \
	src/gateway/xmpp/iq.h \
	src/gateway/xmpp/jid.c \
	src/gateway/xmpp/jid.h \
	src/gateway/xmpp/s2s.c \
	src/gateway/xmpp/s2s.h \
	src/gateway/xmpp/s2s_config.c \
	src/gateway/xmpp/s2s_in.c \
	src/gateway/xmpp/s2s_internal.h \
	src/gateway/xmpp/s2s_out.c \
	src/gateway/xmpp/s2s_peer.c \
	src/gateway/xmpp/s2s_verify.c \
	src/gateway/xmpp/sasl.c \
	src/gateway/xmpp/sasl.h \
	src/gateway/xmpp/stanza.c \
	src/gateway/xmpp/stanza.h \
	src/gateway/xmpp/stream.c \
	src/gateway/xmpp/stream.h \
	src/gateway/xmpp/stream_db.c \
	src/gateway/xmpp/stream_in.c \
	src/gateway/xmpp/stream_internal.h \
	src/gateway/xmpp/stream_out.c \
	src/gateway/xmpp/stream_sm.c \
	src/gateway/xmpp/stream_timer.c

# gateway/sip
libfedsh_a_SOURCES += \
	src/gateway/sip/check.c \
	src/gateway/sip/client.c \
	src/gateway/sip/dialog.c \
	src/gateway/sip/dialog.h \
	src/gateway/sip/field.c \
	src/gateway/sip/field.h \
	src/gateway/sip/framer.c \
	src/gateway/sip/header.def \
	src/gateway/sip/ident.c \
	src/gateway/sip/msg.c \
	src/gateway/sip/msg.h \
	src/gateway/sip/msg_internal.h \
	src/gateway/sip/msg_write.c \
	src/gateway/sip/msg_write.h \
	src/gateway/sip/names.c \
	src/gateway/sip/notifier.c \
	src/gateway/sip/notifier.h \
	src/gateway/sip/notifier_internal.h \
	src/gateway/sip/notifier_save.c \
	src/gateway/sip/server.c \
	src/gateway/sip/span.c \
	src/gateway/sip/span.h \
	src/gateway/sip/stack.c \
	src/gateway/sip/stack.h \
	src/gateway/sip/stack_internal.h \
	src/gateway/sip/subscriber.c \
	src/gateway/sip/subscriber.h \
	src/gateway/sip/transport.c \
	src/gateway/sip/uas.c \
	src/gateway/sip/uas.h \
	src/gateway/sip/uri.c \
	src/gateway/sip/uri.h \
	src/gateway/sip/via.c

# gateway/map
libfedsh_a_SOURCES += \
	src/gateway/map/address.c \
	src/gateway/map/address.h \
	src/gateway/map/body.c \
	src/gateway/map/body.h \
	src/gateway/map/chat.c \
	src/gateway/map/chat.h \
	src/gateway/map/condition.c \
	src/gateway/map/condition.h \
	src/gateway/map/html.c \
	src/gateway/map/message.h \
	src/gateway/map/message_s.c \
	src/gateway/map/message_x.c \
	src/gateway/map/mime.c \
	src/gateway/map/pidf.c \
	src/gateway/map/pidf.h \
	src/gateway/map/pidf_doc.c \
	src/gateway/map/pidf_internal.h \
	src/gateway/map/presence.c \
	src/gateway/map/presence.h \
	src/gateway/map/thread.c

# gateway
libfedsh_a_SOURCES += \
	src/gateway/admit.c \
	src/gateway/admit.h \
	src/gateway/counters.c \
	src/gateway/counters.h \
	src/gateway/digest.c \
	src/gateway/digest.h \
	src/gateway/frontend.c \
	src/gateway/frontend.h \
	src/gateway/frontend_internal.h \
	src/gateway/frontend_request.c \
	src/gateway/frontend_route.c \
	src/gateway/frontend_service.c \
	src/gateway/gateway.c \
	src/gateway/gateway.h \
	src/gateway/gateway_contact.c \
	src/gateway/gateway_internal.h \
	src/gateway/gateway_iq.c \
	src/gateway/gateway_life.c \
	src/gateway/gateway_notice.c \
	src/gateway/gateway_presence.c \
	src/gateway/gateway_probe.c \
	src/gateway/gateway_service.c \
	src/gateway/gateway_to_sip.c \
	src/gateway/gateway_to_xmpp.c \
	src/gateway/gateway_typing.c \
	src/gateway/gateway_watch.c \
	src/gateway/link.c \
	src/gateway/link.h \
	src/gateway/link_internal.h \
	src/gateway/link_seen.c \
	src/gateway/link_wire.c \
	src/gateway/presence_agent.c \
	src/gateway/presence_agent.h \
	src/gateway/presence_agent_internal.h \
	src/gateway/presence_journal.c \
	src/gateway/presence_publish.c \
	src/gateway/proxy.c \
	src/gateway/proxy.h \
	src/gateway/proxy_event.c \
	src/gateway/proxy_internal.h \
	src/gateway/proxy_kept.c \
	src/gateway/proxy_report.c \
	src/gateway/proxy_service.c \
	src/gateway/registrar.c \
	src/gateway/registrar.h \
	src/gateway/registrar_internal.h \
	src/gateway/registrar_journal.c \
	src/gateway/registrar_request.c \
	src/gateway/relay.c \
	src/gateway/seen.c \
	src/gateway/sent_id.c \
	src/gateway/sent_id.h \
	src/gateway/settings.c \
	src/gateway/service_parts.c \
	src/gateway/service_parts.h \
	src/gateway/services.h \
	src/gateway/settings.h

# cmdlets

# cmdlets/cs
libfedsh_a_SOURCES += \
	src/cmdlets/cs/ad_user.c \
	src/cmdlets/cs/archive.c \
	src/cmdlets/cs/archive.h \
	src/cmdlets/cs/certificate.c \
	src/cmdlets/cs/certificate_import.c \
	src/cmdlets/cs/certificate_internal.h \
	src/cmdlets/cs/certificate_request.c \
	src/cmdlets/cs/computer.c \
	src/cmdlets/cs/configuration.c \
	src/cmdlets/cs/crud.c \
	src/cmdlets/cs/cs_internal.h \
	src/cmdlets/cs/domain_lists.c \
	src/cmdlets/cs/effective_policy.c \
	src/cmdlets/cs/external_access_policy.c \
	src/cmdlets/cs/files.c \
	src/cmdlets/cs/files.h \
	src/cmdlets/cs/filter.c \
	src/cmdlets/cs/findstr.c \
	src/cmdlets/cs/global_settings.c \
	src/cmdlets/cs/grant.c \
	src/cmdlets/cs/health_monitoring.c \
	src/cmdlets/cs/netstat.c \
	src/cmdlets/cs/noun_build.c \
	src/cmdlets/cs/providers.c \
	src/cmdlets/cs/remote.c \
	src/cmdlets/cs/remote.h \
	src/cmdlets/cs/replication.c \
	src/cmdlets/cs/rows.h \
	src/cmdlets/cs/session.c \
	src/cmdlets/cs/sip_domain.c \
	src/cmdlets/cs/sip_logon.c \
	src/cmdlets/cs/sip_logon.h \
	src/cmdlets/cs/sockets.c \
	src/cmdlets/cs/sockets.h \
	src/cmdlets/cs/table.c \
	src/cmdlets/cs/task_output.c \
	src/cmdlets/cs/task_output.h \
	src/cmdlets/cs/test_federation.c \
	src/cmdlets/cs/test_topology.c \
	src/cmdlets/cs/topology.c \
	src/cmdlets/cs/topology_document.c \
	src/cmdlets/cs/topology_document.h \
	src/cmdlets/cs/topology_publish.c \
	src/cmdlets/cs/topology_set.c \
	src/cmdlets/cs/user.c \
	src/cmdlets/cs/user_change.c \
	src/cmdlets/cs/user_enable.c \
	src/cmdlets/cs/win_event.c \
	src/cmdlets/cs/windows_service.c \
	src/cmdlets/cs/xmpp_allowed_partner.c \
	src/cmdlets/cs/zip.c \
	src/cmdlets/cs/zip.h

# cmdlets/object
libfedsh_a_SOURCES += \
	src/cmdlets/object/add_member.c \
	src/cmdlets/object/compare_object.c \
	src/cmdlets/object/for_each_object.c \
	src/cmdlets/object/get_member.c \
	src/cmdlets/object/get_unique.c \
	src/cmdlets/object/group_object.c \
	src/cmdlets/object/join_string.c \
	src/cmdlets/object/measure_object.c \
	src/cmdlets/object/members.c \
	src/cmdlets/object/members.h \
	src/cmdlets/object/new_object.c \
	src/cmdlets/object/object_cmdlets.h \
	src/cmdlets/object/select_object.c \
	src/cmdlets/object/sort_object.c \
	src/cmdlets/object/table.c \
	src/cmdlets/object/tee_object.c \
	src/cmdlets/object/type_data.c \
	src/cmdlets/object/where_object.c \
	src/cmdlets/object/write_error.c \
	src/cmdlets/object/write_output.c

# cmdlets/data
libfedsh_a_SOURCES += \
	src/cmdlets/data/convertfrom_json.c \
	src/cmdlets/data/convertto_html.c \
	src/cmdlets/data/convertto_json.c \
	src/cmdlets/data/csv.c \
	src/cmdlets/data/csv.h \
	src/cmdlets/data/csv_read.c \
	src/cmdlets/data/csv_write.c \
	src/cmdlets/data/data_cmdlets.h \
	src/cmdlets/data/export_csv.c \
	src/cmdlets/data/files.c \
	src/cmdlets/data/files.h \
	src/cmdlets/data/json_read.c \
	src/cmdlets/data/json_read.h \
	src/cmdlets/data/json_token.c \
	src/cmdlets/data/match_info.c \
	src/cmdlets/data/match_info.h \
	src/cmdlets/data/random.c \
	src/cmdlets/data/select_string.c \
	src/cmdlets/data/string_data.c \
	src/cmdlets/data/table.c

# cmdlets/host
libfedsh_a_SOURCES += \
	src/cmdlets/host/alias.c \
	src/cmdlets/host/get_command.c \
	src/cmdlets/host/get_help.c \
	src/cmdlets/host/host_cmdlets.h \
	src/cmdlets/host/invoke.c \
	src/cmdlets/host/secure_string.c \
	src/cmdlets/host/syntax.c \
	src/cmdlets/host/syntax.h \
	src/cmdlets/host/table.c \
	src/cmdlets/host/time.c \
	src/cmdlets/host/variable_get.c \
	src/cmdlets/host/variable_set.c \
	src/cmdlets/host/variables.h \
	src/cmdlets/host/verb.c \
	src/cmdlets/host/write.c

# cmdlets/item
libfedsh_a_SOURCES += \
	src/cmdlets/item/copy_item.c \
	src/cmdlets/item/drive.c \
	src/cmdlets/item/file_hash.c \
	src/cmdlets/item/flat.c \
	src/cmdlets/item/get_child_item.c \
	src/cmdlets/item/get_content.c \
	src/cmdlets/item/get_item.c \
	src/cmdlets/item/glob.c \
	src/cmdlets/item/item.c \
	src/cmdlets/item/item_internal.h \
	src/cmdlets/item/location.c \
	src/cmdlets/item/new_item.c \
	src/cmdlets/item/path_cmdlets.c \
	src/cmdlets/item/place.c \
	src/cmdlets/item/property.c \
	src/cmdlets/item/remove_item.c \
	src/cmdlets/item/set_content.c \
	src/cmdlets/item/split_path.c \
	src/cmdlets/item/table.c

# shell/lang
libfedsh_a_SOURCES += \
	src/shell/lang/aliases.def \
	src/shell/lang/atom.c \
	src/shell/lang/bind.c \
	src/shell/lang/bind_default.c \
	src/shell/lang/bind_input.c \
	src/shell/lang/bind_internal.h \
	src/shell/lang/block.c \
	src/shell/lang/call.c \
	src/shell/lang/class.c \
	src/shell/lang/class_define.c \
	src/shell/lang/class_internal.h \
	src/shell/lang/class_make.c \
	src/shell/lang/cmdlets_lang.c \
	src/shell/lang/cmdlets_manifest.c \
	src/shell/lang/cmdlets_module.c \
	src/shell/lang/command.c \
	src/shell/lang/error.c \
	src/shell/lang/host.h \
	src/shell/lang/lang_internal.h \
	src/shell/lang/lex_char.c \
	src/shell/lang/lex_char.h \
	src/shell/lang/lexer.c \
	src/shell/lang/lexer.h \
	src/shell/lang/lexer_blank.c \
	src/shell/lang/lexer_context.c \
	src/shell/lang/lexer_internal.h \
	src/shell/lang/lexer_number.c \
	src/shell/lang/lexer_string.c \
	src/shell/lang/module.c \
	src/shell/lang/module.h \
	src/shell/lang/module_load.c \
	src/shell/lang/native.c \
	src/shell/lang/native_glob.c \
	src/shell/lang/number.c \
	src/shell/lang/number.h \
	src/shell/lang/objects.c \
	src/shell/lang/objects.h \
	src/shell/lang/objects_command.c \
	src/shell/lang/objects_engine.c \
	src/shell/lang/objects_error.c \
	src/shell/lang/param.c \
	src/shell/lang/parse.c \
	src/shell/lang/parse.h \
	src/shell/lang/parse_block.c \
	src/shell/lang/parse_check.c \
	src/shell/lang/parse_check_class.c \
	src/shell/lang/parse_check_data.c \
	src/shell/lang/parse_check_internal.h \
	src/shell/lang/parse_class.c \
	src/shell/lang/parse_command.c \
	src/shell/lang/parse_error.def \
	src/shell/lang/parse_expression.c \
	src/shell/lang/parse_function.c \
	src/shell/lang/parse_internal.h \
	src/shell/lang/parse_pipeline.c \
	src/shell/lang/parse_primary.c \
	src/shell/lang/parse_requires.c \
	src/shell/lang/parse_statement.c \
	src/shell/lang/parse_switch.c \
	src/shell/lang/parse_token.c \
	src/shell/lang/parse_try.c \
	src/shell/lang/parse_type.c \
	src/shell/lang/parse_using.c \
	src/shell/lang/pipeline.c \
	src/shell/lang/pipeline_internal.h \
	src/shell/lang/pull.c \
	src/shell/lang/record.c \
	src/shell/lang/redirect.c \
	src/shell/lang/run_assign.c \
	src/shell/lang/run_background.c \
	src/shell/lang/run_class.c \
	src/shell/lang/run_command.c \
	src/shell/lang/run_expr.c \
	src/shell/lang/run_function.c \
	src/shell/lang/run_handler.c \
	src/shell/lang/run_internal.h \
	src/shell/lang/run_member.c \
	src/shell/lang/run_statement.c \
	src/shell/lang/run_switch.c \
	src/shell/lang/run_variable.c \
	src/shell/lang/scope.c \
	src/shell/lang/script_file.c \
	src/shell/lang/session.c \
	src/shell/lang/session.h \
	src/shell/lang/session_ops.c \
	src/shell/lang/session_ops_command.c \
	src/shell/lang/session_ops_internal.h \
	src/shell/lang/session_ops_variable.c \
	src/shell/lang/session_vars.c \
	src/shell/lang/should.c \
	src/shell/lang/sink.c \
	src/shell/lang/tokens.def \
	src/shell/lang/tree.c \
	src/shell/lang/tree.h \
	src/shell/lang/tree_kind.h \
	src/shell/lang/tree_dump.c \
	src/shell/lang/tree_dump.h \
	src/shell/lang/tree_walk.c \
	src/shell/lang/type_join.c \
	src/shell/lang/validate.c

# shell/format
libfedsh_a_SOURCES += \
	src/shell/format/cell.c \
	src/shell/format/cmdlets_format.c \
	src/shell/format/cmdlets_out.c \
	src/shell/format/engine.c \
	src/shell/format/error_view.c \
	src/shell/format/error_view.h \
	src/shell/format/format.h \
	src/shell/format/format_cmdlets.h \
	src/shell/format/format_internal.h \
	src/shell/format/layout.c \
	src/shell/format/list.c \
	src/shell/format/table.c \
	src/shell/format/view.h \
	src/shell/format/views_cs.c \
	src/shell/format/views_net.c \
	src/shell/format/views_ps.c

# shell/lua
libfedsh_a_SOURCES += \
	src/shell/lua/bridge.c \
	src/shell/lua/define.c \
	src/shell/lua/lua_internal.h \
	src/shell/lua/lua_script.h \
	src/shell/lua/pipe.c \
	src/shell/lua/value.c

# shell/prompt
libfedsh_a_SOURCES += \
	src/shell/tables.c \
	src/shell/tables.h \
	src/shell/prompt/batch.c \
	src/shell/prompt/batch.h \
	src/shell/prompt/complete.c \
	src/shell/prompt/prompt_history.c \
	src/shell/prompt/prompt_internal.h \
	src/shell/prompt/repl.c \
	src/shell/prompt/repl.h \
	src/shell/prompt/startup.c
