/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/items.h"

enum { LENGTH = 4 };

size_t
item_begin(struct fj_buf *b)
{
	size_t at = b->n;

	fj_buf_u32(b, 0);
	return at;
}

void
item_end(struct fj_buf *b, size_t begun)
{
	/* A buffer that ran over holds less than was written: nothing to fill in. */
	if (!fj_buf_over(b) && b->n >= begun + LENGTH)
		fj_put_u32(b->p + begun, (uint32_t)(b->n - begun - LENGTH));
}

void
items_init(struct items *it, const void *p, size_t n)
{
	it->p = p;
	it->n = n;
	it->at = 0;
}

enum fj_rc
items_next(struct items *it, const uint8_t **item, size_t *n, struct fj_err *e)
{
	size_t left = it->n - it->at, len;

	if (left == 0)
		return FJ_NOTFOUND;
	if (left < LENGTH)
		return fj_fail(e, FJ_CORRUPT, "wire.items", "z", it->at);
	len = fj_get_u32(it->p + it->at);
	if (len > left - LENGTH)
		return fj_fail(e, FJ_CORRUPT, "wire.items", "z", it->at);
	*item = it->p + it->at + LENGTH;
	*n = len;
	it->at += LENGTH + len;
	return FJ_OK;
}

void
items_add_receipt(struct fj_buf *b, const struct envelope *v)
{
	size_t at = item_begin(b);

	envelope_write(v, b);
	item_end(b, at);
}

bool
items_is_receipt(const uint8_t *item, size_t n)
{
	return n > 0 && item[0] == '{';
}

enum fj_rc
items_receipt(const uint8_t *item, size_t n, struct envelope *out, struct fj_err *e)
{
	enum fj_rc rc = envelope_read((const char *)item, n, out, e);

	if (rc == FJ_OK && !out->has_sig) {
		envelope_release(out);
		rc = fj_fail(e, FJ_INVAL, "wire.member", "s", "sig");
	}
	return rc;
}

void
items_add_entry(struct fj_buf *b, const void *frame, size_t n,
    const uint8_t sig[ENTRY_SIG])
{
	size_t at = item_begin(b);

	fj_buf_add(b, frame, n);
	fj_buf_add(b, sig, ENTRY_SIG);
	item_end(b, at);
}

enum fj_rc
items_split_entry(const uint8_t *item, size_t n, const uint8_t **frame, size_t *nframe,
    const uint8_t **sig, struct fj_err *e)
{
	if (n <= ENTRY_HEAD + ENTRY_SIG)
		return fj_fail(e, FJ_CORRUPT, "wire.items", "z", n);
	*frame = item;
	*nframe = n - ENTRY_SIG;
	*sig = item + *nframe;
	return FJ_OK;
}
