/* SPDX-License-Identifier: Apache-2.0 */
#include "worker/internal.h"

const struct job_entry worker_jobs[] = {
	{"export", job_export},
	{"lists", job_lists},
	{"rulecheck", job_rulecheck},
	{"redflag", job_redflag},
	{"selftest", job_selftest},
	{"sheet", job_sheet},
	{"xform", job_xform},
	{"xlsform", job_xlsform},
	{NULL, NULL},
};
