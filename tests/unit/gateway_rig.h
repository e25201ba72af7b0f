/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_UNIT_GATEWAY_RIG_H
#define TESTS_UNIT_GATEWAY_RIG_H

#include "gateway/gateway.h"
#include "gateway/link.h"
#include "gateway/sip/notifier.h"
#include "gateway/sip/subscriber.h"

/*
 * A translator between a proxy (the link's other side) and a front end (a SIP
 * stack of our own), over real sockets on one loop with a clock we move.
 */
#define KEEP 32
/* SubscriptionRefreshInterval of its snapshots. */
#define RIG_REFRESH_S 120

struct rig {
	struct loop *loop;
	struct gateway *gw;
	struct live *live;
	int dir;
	char dir_name[40];

	/* the proxy */
	struct link *proxy;
	char *stanzas[KEEP];
	size_t n_stanzas;
	enum stanza_condition say; /* what the proxy answers */
	char say_text[64];
	bool hold; /* it answers later */
	uint64_t held[KEEP];
	size_t n_held;
	enum stanza_condition result; /* of the last stanza sent inwards */
	int n_results;

	/* the front end */
	struct sip_stack *sip;
	struct sip_notifiers *agent; /* S's presence */
	struct sip_subscribers *client; /* S as a watcher */
	struct sip_subscriber *watcher;
	struct sip_target to_gw;
	char *messages[KEEP];
	size_t n_messages;
	int answer; /* to MESSAGE; 0: hold */
	struct sip_server *pending[KEEP];
	size_t n_pending;
	int n_subscribes;
	struct sip_notifier *dialog;
	const char *document; /* S's presence; NULL: pending */
	int refuse_subscribe;
	int status; /* final answer to what S sent */
	char reason[128];
	char state[32]; /* of the last NOTIFY to S */
	char ended[32];
	char *body;
	int n_notifies;
};

#define PIDF_AWAY                                                              \
	"<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:ann@s'>"    \
	"<tuple id='t'><status><basic>open</basic><show "                      \
	"xmlns='jabber:client'>away</show></status></tuple></presence>"
#define PIDF_CLOSED                                                            \
	"<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='sip:ann@s'>"    \
	"<tuple id='t'><status><basic>closed</basic></status></tuple>"         \
	"</presence>"

#define MESSAGE(id, body)                                                      \
	"<message xmlns='jabber:server' type='chat' id='" id                   \
	"' from='x@xmpp.example/r' to='ann@sip.example'><body>" body           \
	"</body></message>"
#define PRESENCE(attrs, inside)                                                \
	"<presence xmlns='jabber:server' to='ann@sip.example' " attrs ">"      \
	inside "</presence>"
#define BARE "from='x@xmpp.example' "
#define FULL "from='x@xmpp.example/r' "

#define UNTIL(r, cond)                                                         \
	do {                                                                   \
		int left_ = 3000;                                              \
		while (!(cond) && left_-- > 0)                                 \
			turn(r);                                               \
		if (!(cond))                                                   \
			fail_msg("line %d: never: %s", __LINE__, #cond);       \
	} while (0)

/* For what takes minutes: the clock goes faster. */
#define UNTIL_SLOWLY(r, cond)                                                  \
	do {                                                                   \
		int left_ = 3000;                                              \
		while (!(cond) && left_-- > 0) {                               \
			turn(r);                                               \
			loop_clock_advance((r)->loop, 200);                    \
		}                                                              \
		if (!(cond))                                                   \
			fail_msg("line %d: never: %s", __LINE__, #cond);       \
	} while (0)

/* The last thing each program does: runs the tests, each in a rig. */
int rig_setup(void **state);
int rig_teardown(void **state);
void rig_quiet(void);
#define TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

/* May Ann be reached from XMPP? */
struct settings *snapshot(bool ann_may);
void x_sends(struct rig *r, const char *text);
void s_writes(struct rig *r, const char *from, const char *to,
    const char *text);
void s_watches(struct rig *r);
void turn(struct rig *r);
void wait_ms(struct rig *r, int ms);
void forget(struct rig *r);
const char *stanza_with(struct rig *r, const char *text);
/* Ends without a word, as kill -9 does, and comes back with the journal. */
void killed(struct rig *r);
void killed_and_started(struct rig *r);
/* S's presence as it is now goes to its watcher, the translator. */
void agent_on_refresh(struct sip_notifier *n, void *arg);
/* Both directions agree: X sees S away; S may see X. */
void x_subscribes(struct rig *r);
void s_is_let_in(struct rig *r);

#endif
