/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages that only the start needed: relocation and initialisation touch much of
 * every library (libcurl alone brings two dozen) that is never run again.  They
 * are clean copies of files, so giving them back costs a fault when one is
 * wanted after all, and nothing else.  A courtesy to small laptops: where the
 * system has no such thing nothing happens.
 */
#if defined(__linux__)
#define _GNU_SOURCE		/* dl_iterate_phdr, madvise */
#endif
#include "os/harden.h"

#if defined(__linux__)
#include <link.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* Segments that are never written: text and constants.  Those with relocations
 * are private and dirty; to drop them would lose them. */
static int
give_back(struct dl_phdr_info *info, size_t size, void *ctx)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	int i;

	(void)size;
	(void)ctx;
	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *h = &info->dlpi_phdr[i];
		uintptr_t from = (uintptr_t)(info->dlpi_addr + h->p_vaddr) / page * page;
		uintptr_t to = (uintptr_t)(info->dlpi_addr + h->p_vaddr + h->p_memsz);

		if (h->p_type != PT_LOAD || (h->p_flags & PF_W) != 0 || to <= from)
			continue;
		/* Refused is as well: then they stay. */
		(void)madvise((void *)from, to - from, MADV_DONTNEED);
	}
	return 0;
}

void
harden_drop_start(void)
{
	dl_iterate_phdr(give_back, NULL);
}
#else
void
harden_drop_start(void)
{
}
#endif
