/* SPDX-License-Identifier: Apache-2.0 */
/* links: entry.  Frames, the gate, hello, cards, receipts; N1 holds for what decodes. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "entry/card.h"
#include "entry/entry.h"
#include "entry/hello.h"
#include "entry/receipt.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void
frame(const uint8_t *p, size_t n)
{
	struct json_doc *d = NULL;
	struct entry en, again;
	struct hello h;
	struct stamp at;
	struct fj_buf b;

	if (entry_decode(p, n, &en, NULL) != FJ_OK)
		return;
	again = en;
	fj_buf_init(&b, 2 << 20);
	if (entry_encode(&again, &b, NULL) != FJ_OK || b.n != n || memcmp(b.p, p, n) != 0 ||
	    !hash_eq(&again.id, &en.id))
		abort();
	fj_buf_release(&b);
	if (entry_payload(&en, &d, NULL) == FJ_OK) {
		if (payload_op(d) == NULL)
			abort();
		payload_stamp(d, &at);
	}
	json_free(&d);
	if (hello_read(&en, &h, NULL) == FJ_OK && h.name[0] == '\0')
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const char *text = (const char *)p + 1;
	struct tree_head head;
	struct receipt r;
	struct hello h;
	struct entry en;
	struct json_doc *d = NULL;

	if (n < 2)
		return 0;
	switch (p[0] % 5) {
	case 0:
		frame(p + 1, n - 1);
		break;
	case 1:
		if (receipt_parse(text, n - 1, &r, NULL) == FJ_OK)
			receipt_release(&r);
		break;
	case 2:
		if (tree_head_parse(text, n - 1, &head, NULL) == FJ_OK && head.suite == 0)
			abort();
		break;
	case 3:
		if (card_read(text, n - 1, &h, NULL) == FJ_OK && h.name[0] == '\0')
			abort();
		break;
	default:
		memset(&en, 0, sizeof(en));
		en.payload = text;
		en.len = n - 1;
		if (entry_payload(&en, &d, NULL) == FJ_OK && payload_op(d)[0] == '\0')
			abort();
		json_free(&d);
	}
	return 0;
}
