/* cli/local.h - Commands that are done here, without the daemon. */
#ifndef CLI_LOCAL_H
#define CLI_LOCAL_H

#include "cli/command.h"

command_run check_run;                  /* check.c */
command_run import_aws_run;             /* import.c */
command_run completion_run;             /* completion.c */

#endif
