#include "bgpd/daemon/privileges.h"

#include <errno.h>
#include <stddef.h>
#include <sys/capability.h>
#include <sys/prctl.h>

static const cap_value_t kept[] = {
	CAP_NET_ADMIN,                  /* routes, TCP MD5 keys */
	CAP_NET_BIND_SERVICE,           /* port 179 */
	CAP_NET_RAW,                    /* echoes; SO_BINDTODEVICE before Linux 5.7 */
};

static bool is_permitted(cap_t from, cap_value_t capability)
{
	cap_flag_value_t value = CAP_CLEAR;

	return cap_get_flag(from, capability, CAP_PERMITTED, &value) == 0 && value == CAP_SET;
}

bool privileges_suffice(void)
{
	cap_t all = cap_get_proc();
	bool suffice = all && is_permitted(all, CAP_NET_ADMIN);

	cap_free(all);
	return suffice;
}

static int keep_some(cap_t from, cap_t to)
{
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		if (!is_permitted(from, kept[i]))
			continue;
		if (cap_set_flag(to, CAP_PERMITTED, 1, &kept[i], CAP_SET) ||
		    cap_set_flag(to, CAP_EFFECTIVE, 1, &kept[i], CAP_SET))
			return -1;
	}
	return cap_set_proc(to);
}

int privileges_drop(void)
{
	cap_t all = cap_get_proc(), some = cap_init();
	int error = all && some && keep_some(all, some) == 0 ? 0 : -errno;

	cap_free(all);
	cap_free(some);
	if (!error && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		error = -errno;
	return error;
}
