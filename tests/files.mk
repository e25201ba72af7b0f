# SPDX-License-Identifier: GPL-3.0-or-later
# Unit tests: a program a source file, all of them linked the same way.
UNIT_TESTS =

# core
UNIT_TESTS += tests/unit/test_buf
UNIT_TESTS += tests/unit/test_usertable
UNIT_TESTS += tests/unit/test_codec
UNIT_TESTS += tests/unit/test_text
UNIT_TESTS += tests/unit/test_value

# types

# net

# xml

# store

# live
UNIT_TESTS += tests/unit/test_live

# model

# svc

# replica

# gateway/xmpp
UNIT_TESTS += tests/unit/test_jid

# gateway/sip

# gateway/map

# gateway

# cmdlets

# shell/lang

# shell/format

# shell/lua

# shell/prompt

check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
LDADD = $(FEDSH_LIBS) $(CMOCKA_LIBS)

# Scripts that speak TAP.
SCRIPT_TESTS = \
	tests/check-layers.sh
TESTS += $(SCRIPT_TESTS)
EXTRA_DIST += $(SCRIPT_TESTS) tools/check-layers
