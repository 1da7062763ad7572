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

void kqs_prefer_huge_pages(void *address, size_t length) { (void)madvise(address, length, MADV_HUGEPAGE); }

void *kqs_allocate(size_t alignment, size_t size) {
  void *address = NULL;
  return posix_memalign(&address, alignment, size) == 0 ? address : NULL;
}

void kqs_free(void *address) { free(address); }
