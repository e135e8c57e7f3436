/* SPDX-License-Identifier: Apache-2.0 */
/* GROUP BY over some whole numbers: each different key gets the next number. */
#ifndef FJ_REDFLAG_KERNEL_GROUP_H
#define FJ_REDFLAG_KERNEL_GROUP_H

#include <stddef.h>
#include <stdint.h>

#define KGROUP_NONE UINT32_MAX

struct kgroups {
	int parts;
	int64_t *key;		/* parts of each */
	uint32_t n, cap;
	uint32_t *slot;		/* number + 1; 0: free */
	uint32_t slots;
};

void kgroups_init(struct kgroups *g, int parts);
void kgroups_release(struct kgroups *g);
uint32_t kgroups_add(struct kgroups *g, const int64_t *key);
/* Room for a value of size bytes for each key so far: v (NULL at first) has room for *cap;
 * answers v, or v moved and grown.  The caller frees it. */
void *kgroups_room(const struct kgroups *g, void *v, uint32_t *cap, size_t size);
uint32_t kgroups_find(const struct kgroups *g, const int64_t *key);	/* KGROUP_NONE */
static inline const int64_t *
kgroups_key(const struct kgroups *g, uint32_t i)
{
	return g->key + (size_t)i * (size_t)g->parts;
}
uint64_t kgroup_hash(const int64_t *key, int parts);
/* A number's bits, equal ones alike. */
int64_t kgroup_real(double v);

#endif
