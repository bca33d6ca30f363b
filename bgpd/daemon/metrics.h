/* bgpd/daemon/metrics.h - What is measured, as Prometheus text (exposition format 0.0.4).
 *
 * A row for each family: its name, its type, its help, and where its value comes from.  What is not
 * known has no sample. */
#ifndef BGPD_DAEMON_METRICS_H
#define BGPD_DAEMON_METRICS_H

#include <event2/buffer.h>

#include "bgpd/speaker.h"

void metrics_write(struct evbuffer *to, struct speaker *speaker, msec_t now);
/* For /readyz: every group has a tunnel that carries traffic.  Else names the first that has none. */
bool metrics_is_ready(struct speaker *speaker, const char **group);

#endif
