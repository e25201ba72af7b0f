/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_SIP_MSG_INTERNAL_H
#define GATEWAY_SIP_MSG_INTERNAL_H

#include "gateway/sip/msg.h"

/* An empty message; the builders and the reader start with it. */
struct sip_msg *sip_msg_new(void);

/* One more field at the end, not filled. */
struct sip_field *sip_msg_field_new(struct sip_msg *m);

/* Records the first defect; text is static. */
void sip_msg_blame(struct sip_msg *m, int status, const char *text);

#endif
