/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the question types: what the families of values share. */
#ifndef FJ_FORM_TYPES_I_H
#define FJ_FORM_TYPES_I_H

#include "form/form_i.h"

typedef enum fj_rc type_normal(const struct form_node *n, const char *s, size_t len,
    struct fj_buf *out, struct fj_err *e);

enum fj_rc type_bad(struct fj_err *e, const char *code, const struct form_node *n,
    const char *s);
void type_trim(const char **s, size_t *len);
/* The next word of *s; answers its length, 0 at the end. */
size_t type_word(const char **s, size_t *left);

/* types_date.c: what ISO 8601 writes whole, and nothing shorter */
type_normal type_day, type_time, type_moment;
/* types_geo.c: lat lon [alt [acc]], one or several separated by ; */
type_normal type_point, type_trace, type_shape;

#endif
