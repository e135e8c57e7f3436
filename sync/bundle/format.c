/* SPDX-License-Identifier: Apache-2.0 */
#include "bundle/format.h"

#include <string.h>

#include "base/limits.h"

void
bundle_end_hash(uint8_t suite, const struct hash *header, const struct hash *records,
    struct hash *out)
{
	static const char label[] = "feijian/1/bundle";		/* with its NUL */
	const struct part part[] = {
		{label, sizeof(label)},
		{header->b, HASH_LEN},
		{records->b, HASH_LEN},
	};

	suite_hash_parts(suite, part, 3, out);
}

void
bundle_nonce(const uint8_t prefix[PREFIX], uint32_t number, bool last,
    uint8_t out[AEAD_NONCE])
{
	memcpy(out, prefix, PREFIX);
	fj_put_u32(out + PREFIX, number);
	out[AEAD_NONCE - 1] = last ? 1 : 0;
}

uint64_t
record_most(unsigned type)
{
	switch (type) {
	case REC_ABOUT:
		return 1 << 18;
	case REC_ROSTER:
	case REC_RUN:
	case REC_RECEIPT:
	case REC_HEAD:
		return LIMIT_BODY_BYTES;
	case REC_BLOB:
		return HASH_LEN + LIMIT_FORM_BYTES;
	case REC_END:
		return ENTRY_SIG;
	default:
		return 0;
	}
}
