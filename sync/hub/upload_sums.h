/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The digests of a file while it comes: they follow behind what is written, in threads
 * that may wait for disks, so that the end of a large file costs no second reading;
 * and what was written goes to the disk meanwhile.  What a cut upload had is kept for
 * when it goes on, for as long as nobody else touches the file.
 *
 * Private to upload_patch.c.
 */
#ifndef FJ_HUB_UPLOAD_SUMS_H
#define FJ_HUB_UPLOAD_SUMS_H

#include "crypto/crypto.h"
#include "hub/work.h"

struct sums;
struct sums_cache;

struct sums_cache *sums_cache_new(void);
void sums_cache_free(struct sums_cache **c);

/* Of the file fd, which is read and written until sums_end; `written` bytes are there. */
struct sums *sums_begin(struct sums_cache *c, int fd, int64_t written);
/* So many bytes stand in the file now. */
void sums_written(struct sums *s, int64_t written);
/* Something to do behind the writer's back: to be put into a queue, once; or NULL. */
struct work_item *sums_item(struct sums *s);
void sums_refused(struct sums *s);	/* no queue took it */
/* The disk is so far behind that the writer should wait for sums_flush. */
bool sums_due(struct sums *s);
bool sums_flush(struct sums *s);	/* false: the disk failed */
bool sums_failed(struct sums *s);	/* the disk did, at any time; waits for a turn's end */
/* All that is written is on the disk and counted: false when reading failed. */
bool sums_final(struct sums *s, struct hash *sha256, struct hash *sm3);
/* c not NULL: kept for when it goes on; the file must be on the disk. */
void sums_end(struct sums **s, struct sums_cache *c);

#endif
