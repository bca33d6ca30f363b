#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "bgpd/daemon/control_socket.h"

static char folder[] = "/tmp/test_control_socket.XXXXXX";
static char path[64], why[CONTROL_FAILURE];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/run/bgpd.sock", folder);
	return 0;
}

static int remove_folder(void **state)
{
	char run[64];

	(void)state;
	snprintf(run, sizeof(run), "%s/run", folder);
	unlink(path);
	rmdir(run);
	return rmdir(folder);
}

static void the_socket_is_for_its_group_and_nobody_else(void **unused)
{
	int fd = control_socket_open(path, getgid(), why);
	struct stat status;

	(void)unused;
	assert_true(fd >= 0);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0660);
	close(fd);
}

static void a_socket_that_is_left_over_is_replaced(void **unused)
{
	int dead = control_socket_open(path, CONTROL_NO_GROUP, why), fd;

	(void)unused;
	close(dead);
	fd = control_socket_open(path, CONTROL_NO_GROUP, why);
	assert_true(fd >= 0);
	close(fd);
}

static void a_socket_that_is_answered_is_left_alone(void **unused)
{
	int living = control_socket_open(path, CONTROL_NO_GROUP, why);

	(void)unused;
	assert_true(living >= 0);
	assert_int_equal(control_socket_open(path, CONTROL_NO_GROUP, why), -1);
	assert_string_equal(why, "another bgpd answers there");
	close(living);
}

static void a_file_that_is_no_socket_is_left_alone(void **unused)
{
	FILE *file;

	(void)unused;
	unlink(path);
	file = fopen(path, "w");
	assert_non_null(file);
	fclose(file);
	assert_int_equal(control_socket_open(path, CONTROL_NO_GROUP, why), -1);
	assert_int_equal(access(path, F_OK), 0);
}

static void our_own_user_is_trusted(void **unused)
{
	int pair[2];

	(void)unused;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_true(control_socket_trusts(pair[0], CONTROL_NO_GROUP));
	close(pair[0]);
	close(pair[1]);
}

static void groups_are_found_by_name(void **unused)
{
	gid_t group = CONTROL_NO_GROUP;

	(void)unused;
	assert_true(control_socket_group("root", &group));
	assert_int_equal(group, 0);
	assert_false(control_socket_group("no such group", &group));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_socket_is_for_its_group_and_nobody_else),
		cmocka_unit_test(a_socket_that_is_left_over_is_replaced),
		cmocka_unit_test(a_socket_that_is_answered_is_left_alone),
		cmocka_unit_test(a_file_that_is_no_socket_is_left_alone),
		cmocka_unit_test(our_own_user_is_trusted),
		cmocka_unit_test(groups_are_found_by_name),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
