/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an answer of published bytes, over an older version that the first byte
 * chooses: it ends, within its limit, or says why not; and what is packed comes back. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/blob.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { MOST = 1 << 20 };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char old[] = "{\"form\":\"a\",\"version\":\"1\",\"children\":[{\"type\":\"text\"}]}";
	size_t nold = n > 0 && (data[0] & 1) != 0 ? sizeof(old) - 1 : 0;
	struct fj_buf out, packed;

	if (n == 0)
		return 0;
	fj_buf_init(&out, MOST);
	fj_buf_init(&packed, MOST);
	if (blob_unpack(old, nold, data + 1, n - 1, MOST / 2, &out, NULL) == FJ_OK &&
	    out.n > MOST / 2)
		abort();
	fj_buf_clear(&out);
	blob_pack(old, nold, data, n, &packed);
	if (blob_unpack(old, nold, packed.p, packed.n, n, &out, NULL) != FJ_OK || out.n != n ||
	    memcmp(out.p, data, n) != 0)
		abort();
	fj_buf_release(&out);
	fj_buf_release(&packed);
	return 0;
}
