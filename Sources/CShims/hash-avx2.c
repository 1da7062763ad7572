#include "hash.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

// A flag of the target would reach every C source: only the functions of this one may use AVX2. All of xxhash's
// are static here, so no other object can come to use them.
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC target("avx2")
#endif
#define XXH_VECTOR 2  // XXH_AVX2
#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t kqs_hash_avx2(const void *bytes, size_t count) { return XXH3_64bits(bytes, count); }

void kqs_hash_update_avx2(void *state, const void *bytes, size_t count) { XXH3_64bits_update(state, bytes, count); }
#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
