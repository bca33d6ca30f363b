/* tests/fuzz/fuzz_vici.c - Whatever an IKE daemon sends: frames are taken off as the client does, and
 * each is read as a list of SAs and as a line of the log.
 *
 *	make fuzz && mkdir corpus && build-fuzz/tests/fuzz/fuzz_vici corpus */
#include <stdlib.h>
#include <string.h>

#include "bgpd/daemon/vici_log.h"
#include "bgpd/daemon/vici_message.h"
#include "bgpd/daemon/vici_sa.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool claim)
{
	if (!claim)
		abort();
}

static void see(void *arg, const struct sa *sa)
{
	size_t *seen = arg;

	expect(memchr(sa->connection, '\0', sizeof(sa->connection)));
	expect(memchr(sa->child, '\0', sizeof(sa->child)));
	expect(sa->state <= SA_INSTALLED);
	++*seen;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vici_silence silence;
	struct vici_frame frame;
	size_t length, seen = 0;

	while (vici_message_frame((struct span){ data, size }, &frame, &length) == VICI_WHOLE) {
		expect(length > VICI_LENGTH && length <= size);
		vici_sa_parse(frame.message, see, &seen);
		if (vici_log_parse(frame.message, &silence))
			expect(memchr(silence.text, '\0', sizeof(silence.text)));
		data += length;
		size -= length;
	}
	vici_sa_parse((struct span){ data, size }, see, &seen);
	return 0;
}
