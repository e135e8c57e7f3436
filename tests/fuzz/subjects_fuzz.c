/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a register of subjects: what is made of a CSV is read back, and says the
 * same once more. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/subjects.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct subjects *s = NULL;
	struct fj_buf out;

	fj_buf_init(&out, 1 << 20);
	if (subjects_load((const char *)data, n, &s, NULL) == FJ_OK)
		subjects_free(&s);
	if (subjects_from_csv((const char *)data, n, "33", &out, NULL) == FJ_OK) {
		if (subjects_load(out.p, out.n, &s, NULL) != FJ_OK)
			abort();
		subjects_free(&s);
	}
	fj_buf_release(&out);
	return 0;
}
