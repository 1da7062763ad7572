#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include "CShims.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int32_t kqs_map(int32_t descriptor, size_t length, void **address) {
  void *mapped = mmap(NULL, length, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (mapped == MAP_FAILED) return -errno;
  *address = mapped;
  return 0;
}

int32_t kqs_unmap(void *address, size_t length) { return munmap(address, length) < 0 ? -errno : 0; }

size_t kqs_page_size(void) {
  long size = sysconf(_SC_PAGESIZE);
  return size > 0 ? (size_t)size : 4096;
}

static int advice_number(int32_t advice) {
  switch (advice) {
    case KQS_ADVISE_SEQUENTIAL: return MADV_SEQUENTIAL;
    case KQS_ADVISE_RANDOM: return MADV_RANDOM;
    case KQS_ADVISE_WILL_NEED: return MADV_WILLNEED;
    case KQS_ADVISE_DONT_NEED: return MADV_DONTNEED;
    case KQS_ADVISE_HUGE_PAGES: return MADV_HUGEPAGE;
    default: return MADV_NORMAL;
  }
}

int32_t kqs_advise(const void *address, size_t length, int32_t advice) {
  // Only whole pages: giving up a page that the range covers in part would drop somebody else's bytes.
  uintptr_t page = kqs_page_size();
  uintptr_t begin = ((uintptr_t)address + page - 1) & ~(page - 1);
  uintptr_t end = ((uintptr_t)address + length) & ~(page - 1);
  if (begin >= end) return 0;
  return madvise((void *)begin, end - begin, advice_number(advice)) < 0 ? -errno : 0;
}

void *kqs_allocate(size_t alignment, size_t size) {
  void *address = NULL;
  return posix_memalign(&address, alignment, size) == 0 ? address : NULL;
}

void kqs_free(void *address) { free(address); }
