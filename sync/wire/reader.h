/* SPDX-License-Identifier: Apache-2.0 */
/* Private to wire/: reading members with one way to say what is wrong. */
#ifndef FJ_WIRE_READER_H
#define FJ_WIRE_READER_H

#include "base/date.h"
#include "base/json.h"
#include "entry/payload.h"

/* FJ_LIMIT "wire.limit", FJ_INVAL "wire.json". */
FJ_MUST enum fj_rc read_json(const char *p, size_t n, size_t max, struct json_doc **d,
    struct fj_err *e);
enum fj_rc read_member(const char *member, struct fj_err *e);	/* FJ_INVAL */
bool read_count(const struct json *object, const char *key, uint64_t *out);
bool read_time(const struct json *object, const char *key, struct instant *out);
/* A string of at most size - 1 bytes; must: not empty and there. */
bool read_text(const struct json *object, const char *key, char *out, size_t size,
    bool must);
const struct json *read_array(const struct json *object, const char *key);
void write_time(struct json_w *w, const char *key, struct instant at);

#endif
