#ifndef TESTS_H
#define TESTS_H

#include <errno.h>
#include <koquant.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern int failures;

#define CHECK(condition)                                                        \
  do {                                                                          \
    if (!(condition)) {                                                         \
      fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);   \
      failures++;                                                               \
    }                                                                           \
  } while (0)

// A call that reports into `error` ends with `expected`, and says why when that is not KQ_OK.
#define EXPECT(expected, call)                                                                                \
  do {                                                                                                        \
    kq_status status = (call);                                                                                \
    if (status != (expected) || error.status != status || (status == KQ_OK) != (error.message[0] == 0)) {     \
      fprintf(stderr, "%s:%d: %s gave %d (%s), not %s\n", __FILE__, __LINE__, #call, status, error.message, #expected); \
      failures++;                                                                                             \
    }                                                                                                         \
  } while (0)

size_t dimension_of(kq_model *model);
// A file in memory at an address that koquant.h allows.
void *file_in_memory(const char *path, size_t *count);
void test_texts(const char *path);
void test_sessions(const char *path);
void test_allocator(const char *path);
void test_plans(const char *path);
void test_residencies(const char *path);
void test_threads(const char *path);

#endif
