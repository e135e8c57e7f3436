/* SPDX-License-Identifier: Apache-2.0 */
/* feijian-hub: composition only. */
#include <stdio.h>

#include "hub/admin.h"

int
main(int argc, char **argv)
{
	return admin_main(argc, argv, stdout, stderr);
}
