/* SPDX-License-Identifier: Apache-2.0 */
/* JSON to be read and edited by people: indented, but what holds nothing nested stands
 * on one line. */
#ifndef FJ_CLI_PRETTY_H
#define FJ_CLI_PRETTY_H

#include "base/buf.h"
#include "base/json.h"

/* With a line end; v may be NULL: nothing. */
void pretty_json(const struct json *v, struct fj_buf *out);

#endif
