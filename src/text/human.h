/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers, sizes and times as people read them, in the language of m. */
#ifndef FJ_TEXT_HUMAN_H
#define FJ_TEXT_HUMAN_H

#include <stdint.h>

#include "base/buf.h"
#include "base/date.h"
#include "text/msg.h"

void human_number(struct fj_buf *b, int64_t v);			/* 1,204 */
void human_size(struct fj_buf *b, int64_t bytes);		/* 3.2 MB, 812 KB */
void human_day(const struct msg *m, struct fj_buf *b, int64_t day);	/* 2026年3月1日 / 1 Mar 2026 */
void human_time(struct fj_buf *b, struct instant at);		/* 2026-03-01 09:05 on its clock */
/* Same day: 09:05; else 03-01 09:05; other year: with the year. */
void human_when(struct fj_buf *b, struct instant at, struct instant now);
/* 刚刚, 3 分钟前, 2 小时前, 5 天前; the future as "in …". */
void human_ago(const struct msg *m, struct fj_buf *b, struct instant at,
    struct instant now);
void human_span(const struct msg *m, struct fj_buf *b, int64_t seconds);

#endif
