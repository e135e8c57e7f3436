/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a packed body (Z1, Z2 of zip.h): what comes out is within its bounds,
 * what was packed comes back; and any text as header lines. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/zip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { MOST = 1 << 20, TEXT = 200 };

static void
headers(const char *text)
{
	int number;

	if (zip_said(text, ZIP_NUMBER, &number) == ZIP_PACKED && strlen(text) != strlen(ZIP_CODING))
		abort();
	(void)zip_said(ZIP_CODING, text, &number);
	if (zip_accepted(text, ZIP_NUMBER) && strlen(text) < strlen(ZIP_CODING))
		abort();
	if (zip_accepted(text, NULL))
		abort();
}

static void
there_and_back(struct zip *z, int dictionary, const uint8_t *p, size_t n)
{
	struct fj_buf packed, got;

	fj_buf_init(&packed, MOST);
	fj_buf_init(&got, MOST);
	if (zip_pack(z, dictionary, ZIP_FAST, p, n, &packed, NULL) != FJ_OK ||
	    zip_unpack(z, dictionary, packed.p, packed.n, n, &got, NULL) != FJ_OK || got.n != n ||
	    (n > 0 && memcmp(got.p, p, n) != 0))
		abort();
	fj_buf_release(&packed);
	fj_buf_release(&got);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct zip *z;
	struct fj_buf out;
	char text[TEXT];
	size_t max, k;
	int dictionary;

	if (n < 2)
		return 0;
	z = zip_new();
	dictionary = data[0] & 1 ? ZIP_DICTIONARY : ZIP_NONE;
	max = data[0] & 2 ? MOST / 2 : (size_t)data[1] * 64;
	fj_buf_init(&out, data[0] & 4 ? 100 : MOST);
	if (zip_unpack(z, dictionary, data + 2, n - 2, max, &out, NULL) != FJ_OK) {
		if (out.n != 0)
			abort();
	} else if (out.n > max || out.n > ZIP_SLACK + n * ZIP_RATIO) {
		abort();
	}
	fj_buf_release(&out);
	there_and_back(z, dictionary, data + 2, n - 2);
	k = n < TEXT ? n - 1 : TEXT - 1;
	memcpy(text, data + 1, k);
	text[k] = '\0';
	headers(text);
	zip_free(&z);
	return 0;
}
