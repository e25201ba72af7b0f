/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef GATEWAY_SERVICES_H
#define GATEWAY_SERVICES_H

/*
 * The services that touch the wire, as main starts them: each runs until it
 * is stopped and returns the exit status.
 */
int frontend_service_main(void); /* RTCSRV */
int gateway_service_main(void);  /* RTCXMPPTGW */
int proxy_service_main(void);    /* RTCXMPPTGWPX */

#endif
