/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as registers: files parted by a zero byte, guessed and loaded; the mapping
 * that comes out goes back in; counts add up (M3).  And any bytes as one value.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "redflag/import.h"
#include "redflag/value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum {
	FILES = 4,
};

static struct synonyms *
load_words(void)
{
	static char text[1 << 18];
	struct synonyms *y = NULL;
	FILE *f = fopen("forms/redflags/synonyms.json", "rb");
	size_t n;

	if (f == NULL)
		abort();
	n = fread(text, 1, sizeof(text), f);
	fclose(f);
	if (synonyms_new(text, n, &y, NULL) != FJ_OK)
		abort();
	return y;
}

static void
one_value(const uint8_t *data, size_t n)
{
	struct value_number v;
	struct value_time t;
	int64_t i;
	double d;

	if (value_time((const char *)data, n, data[0] & 7, &t) &&
	    (t.second < 0 || t.second >= 86400 || t.parts == 0 || llabs(t.day) > 200000))
		abort();
	if (value_number((const char *)data, n, &v) && (v.decimals < 0 || isnan(v.v)))
		abort();
	(void)value_degrees((const char *)data, n, &d);
	(void)value_ordinal((const char *)data, n, &i);
}

static void
back(struct import *im)
{
	struct json_doc *d = NULL;
	struct fj_buf b;

	fj_buf_init(&b, 16 << 20);
	import_write(im, &b);
	if (json_parse(b.p, b.n, &d, NULL) != FJ_OK ||
	    import_take(im, json_root(d), NULL) != FJ_OK)
		abort();
	json_free(&d);
	fj_buf_release(&b);
}

static void
registers(struct synonyms *y, const uint8_t *data, size_t n)
{
	struct import_options o = {.synonyms = y, .threads = 1};
	struct book_options bo = {0};
	struct book *book[FILES] = {NULL};
	struct import *im = import_new(&o);
	struct store *s = store_new(64 << 20);
	const uint8_t *end = data + n;
	int i;

	if (gb18030_new(&bo.gb, NULL) != FJ_OK)
		abort();
	for (i = 0; i < FILES && data < end; i++) {
		const uint8_t *stop = memchr(data, 0, (size_t)(end - data));
		size_t k = (size_t)((stop != NULL ? stop : end) - data);

		if (k > 0 && book_open(data, k, &bo, &book[i], NULL) == FJ_OK)
			(void)!import_add(im, i == 0 ? "a.csv" : i == 1 ? "b.csv" : "c.csv", book[i], NULL);
		data += k + (stop != NULL);
	}
	if (import_guess(im, NULL) == FJ_OK) {
		back(im);
		(void)!import_run(im, s, NULL);
		(void)!store_seal(s, NULL);
	}
	import_free(&im);
	store_free(&s);
	for (i = 0; i < FILES; i++)
		book_close(&book[i]);
	gb18030_free(&bo.gb);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct synonyms *words;		/* read once: of the fuzzer, not of the product */

	if (words == NULL)
		words = load_words();
	if (n == 0)
		return 0;
	if (n < 64)
		one_value(data, n);
	else
		registers(words, data, n);
	return 0;
}
