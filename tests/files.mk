# SPDX-License-Identifier: GPL-3.0-or-later
# Unit tests: a program a source file, all of them linked the same way.
UNIT_TESTS =

# core
UNIT_TESTS += tests/unit/test_buf
UNIT_TESTS += tests/unit/test_chain
UNIT_TESTS += tests/unit/test_codec
UNIT_TESTS += tests/unit/test_evlog
UNIT_TESTS += tests/unit/test_regex
UNIT_TESTS += tests/unit/test_sandbox
UNIT_TESTS += tests/unit/test_text
UNIT_TESTS += tests/unit/test_textfile
UNIT_TESTS += tests/unit/test_usertable
UNIT_TESTS += tests/unit/test_value

# types
UNIT_TESTS += tests/unit/test_types

# net
UNIT_TESTS += tests/unit/test_addr
UNIT_TESTS += tests/unit/test_cert
UNIT_TESTS += tests/unit/test_conn
tests_unit_test_conn_SOURCES = tests/unit/test_conn.c $(NET_FIXTURE)
UNIT_TESTS += tests/unit/test_hash
UNIT_TESTS += tests/unit/test_loop
UNIT_TESTS += tests/unit/test_resolver
UNIT_TESTS += tests/unit/test_tls
tests_unit_test_tls_SOURCES = tests/unit/test_tls.c $(NET_FIXTURE)
NET_FIXTURE = tests/unit/net_fixture.c tests/unit/net_fixture.h

# xml
UNIT_TESTS += tests/unit/test_xml
UNIT_TESTS += tests/unit/test_xml_read

# store
UNIT_TESTS += tests/unit/test_store

# live
UNIT_TESTS += tests/unit/test_live

# model
UNIT_TESTS += tests/unit/test_identity
UNIT_TESTS += tests/unit/test_model

# svc
UNIT_TESTS += tests/unit/test_frame
UNIT_TESTS += tests/unit/test_keys
UNIT_TESTS += tests/unit/test_peer
UNIT_TESTS += tests/unit/test_supervisor

# replica
UNIT_TESTS += tests/unit/test_publish

# gateway/xmpp
EXTRA_DIST += tests/unit/pki.h
UNIT_TESTS += tests/unit/test_dialback
UNIT_TESTS += tests/unit/test_iq
UNIT_TESTS += tests/unit/test_jid
UNIT_TESTS += tests/unit/test_s2s
UNIT_TESTS += tests/unit/test_stanza
STREAM_RIG = tests/unit/stream_rig.c tests/unit/stream_rig.h
UNIT_TESTS += tests/unit/test_stream
tests_unit_test_stream_SOURCES = tests/unit/test_stream.c $(STREAM_RIG)
UNIT_TESTS += tests/unit/test_stream_life
tests_unit_test_stream_life_SOURCES = tests/unit/test_stream_life.c \
	$(STREAM_RIG)

# gateway/sip
UNIT_TESTS += tests/unit/test_sip_events
UNIT_TESTS += tests/unit/test_sip_msg
UNIT_TESTS += tests/unit/test_sip_rfc4475
UNIT_TESTS += tests/unit/test_sip_stack
UNIT_TESTS += tests/unit/test_sip_uri
EXTRA_DIST += tests/vectors/rfc4475

# gateway/map
UNIT_TESTS += tests/unit/test_map_address
UNIT_TESTS += tests/unit/test_map_condition
UNIT_TESTS += tests/unit/test_map_message
UNIT_TESTS += tests/unit/test_map_pidf
UNIT_TESTS += tests/unit/test_map_presence

# gateway
UNIT_TESTS += tests/unit/test_admit
GATEWAY_RIG = tests/unit/gateway_rig.c tests/unit/gateway_rig.h
UNIT_TESTS += tests/unit/test_gateway
tests_unit_test_gateway_SOURCES = tests/unit/test_gateway.c $(GATEWAY_RIG)
UNIT_TESTS += tests/unit/test_gateway_frontend
UNIT_TESTS += tests/unit/test_gateway_loss
tests_unit_test_gateway_loss_SOURCES = tests/unit/test_gateway_loss.c \
	$(GATEWAY_RIG)
UNIT_TESTS += tests/unit/test_gateway_presence
tests_unit_test_gateway_presence_SOURCES = \
	tests/unit/test_gateway_presence.c $(GATEWAY_RIG)
UNIT_TESTS += tests/unit/test_link
UNIT_TESTS += tests/unit/test_proxy

# A host of RTCSRV alone, for the player's tests.
check_PROGRAMS += tests/player/frontend_host
tests_player_frontend_host_LDADD = $(FEDSH_LIBS)
check_PROGRAMS += tests/player/proxy_host
tests_player_proxy_host_LDADD = $(FEDSH_LIBS)

# cmdlets

# shell/lang
EXTRA_DIST += tests/vectors/lang
UNIT_TESTS += tests/unit/test_lexer
UNIT_TESTS += tests/unit/test_parse

# shell/format

# shell/lua

# shell/prompt

# Runs cases of the corpus and prints what happened.
check_PROGRAMS += tests/conformance/record
tests_conformance_record_LDADD = $(FEDSH_LIBS)

check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
LDADD = $(FEDSH_LIBS) $(CMOCKA_LIBS) $(FUZZ_LIBS)

# Scripts that speak TAP and need nothing but the tree.
SCRIPT_TESTS = \
	tests/check-layers.sh \
	tests/conformance.sh \
	tests/full_disk.sh \
	tests/golden.sh \
	tests/help.sh \
	tests/ops/keys.sh \
	tests/ops/ports.sh \
	tests/ops/stop.sh \
	tests/player/rtcsrv.sh \
	tests/player/xmpp_s2s.sh \
	tests/prompt.sh \
	tests/readme.sh \
	tests/store_race.sh \
	tests/tables.sh
EXTRA_DIST += tests/bench/run tests/bench/shell.ps1 tests/bench/wire.py \
	tests/bench/workloads
EXTRA_DIST += tests/ops/bench.py tests/ops/full_disk.py tests/ops/keys.py tests/ops/ports.py \
	tests/ops/stop.py
EXTRA_DIST += tests/player/rtcsrv.py tests/player/sip_client.py \
	tests/player/xmpp_peer.py tests/player/xmpp_s2s.py
EXTRA_DIST += tests/golden tests/help tests/prompt tests/readme
TESTS += $(SCRIPT_TESTS)
EXTRA_DIST += $(SCRIPT_TESTS) tools/check-layers tests/conformance/README.md \
	tests/conformance/cases tests/conformance/expected \
	tests/conformance/KNOWN.md tests/conformance/known \
	tests/conformance/passing tests/conformance/run \
	tests/conformance/score tests/conformance/tables

# Tests with other people's servers; distcheck leaves them out.
PEER_TESTS = \
	tests/interop/baresip.sh \
	tests/interop/crash.sh \
	tests/interop/prosody_lua.sh \
	tests/interop/prosody_ps1.sh
EXTRA_DIST += tests/interop/baresip.py tests/interop/baresip_user.py
TESTS += $(PEER_TESTS)
EXTRA_DIST += $(PEER_TESTS) tests/interop/crash \
	tests/interop/deploy.py \
	tests/interop/federation.py tests/interop/lab.py \
	tests/interop/prosody tests/interop/xmpp_user.py

# Fuzz targets: a program a door, built only by --enable-fuzz with clang.
if FUZZ
FUZZ_TARGETS = \
	tests/fuzz/fuzz_codec \
	tests/fuzz/fuzz_dns_answer \
	tests/fuzz/fuzz_frame \
	tests/fuzz/fuzz_jid \
	tests/fuzz/fuzz_pidf \
	tests/fuzz/fuzz_s2s_stream \
	tests/fuzz/fuzz_shell_text \
	tests/fuzz/fuzz_sip_msg \
	tests/fuzz/fuzz_sip_uri \
	tests/fuzz/fuzz_xml_stream
endif
EXTRA_PROGRAMS += $(FUZZ_TARGETS)
EXTRA_DIST += tests/fuzz/seeds
