/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A card: the keys and the name of a colleague whom no roster held here knows,
 * so that a bundle can be sealed to him.  One JSON text:
 *	{"card":1,"suite":1,"sign":hex,"kx":hex,"name":text,"cert":text?,"org":text?,
 *	 "sig":hex}
 * c = H("feijian/1/card\0" | suite | sign | kx | name "\0" | cert "\0" | org "\0");
 * sig is over c with purpose `device`: whoever made the card has the key.
 * The fingerprint, compared aloud, is the number that the first 12 bytes of c
 * make, modulo 10^20, as five groups of four digits.
 */
#ifndef FJ_ENTRY_CARD_H
#define FJ_ENTRY_CARD_H

#include "entry/hello.h"

enum {
	CARD_FINGERPRINT = 24,		/* 20 digits, 4 blanks */
	CARD_BYTES = 8192,		/* of a file at most */
};

/* name, cert, org and key of h are used. */
FJ_MUST enum fj_rc card_write(const struct hello *h, sign_fn sign, void *ctx,
    struct fj_buf *out, struct fj_err *e);
/* FJ_INVAL "card.format" {member}; FJ_CORRUPT "card.signature"; FJ_NEWER
 * "card.version"; FJ_DENIED "entry.weak-key"; FJ_LIMIT "card.size". */
FJ_MUST enum fj_rc card_read(const char *text, size_t n, struct hello *out,
    struct fj_err *e);
void card_fingerprint(const struct hello *h, char out[CARD_FINGERPRINT + 1]);

#endif
