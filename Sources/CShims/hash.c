#include "hash.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "CShims.h"

// The whole implementation in this object: no library to link or to ship.
#define XXH_INLINE_ALL
#include <xxhash.h>

struct kqs_hasher {
  XXH3_state_t *state;
};

#if defined(__x86_64__)
// Asked once: CPUID is slow on virtual machines.
static bool has_avx2(void) {
  static _Atomic int known;
  int value = atomic_load_explicit(&known, memory_order_relaxed);
  if (value == 0) {
    value = kqs_cpu_features() & KQS_CPU_AVX2 ? 1 : -1;
    atomic_store_explicit(&known, value, memory_order_relaxed);
  }
  return value > 0;
}
#endif

uint64_t kqs_hash(const void *bytes, size_t count) {
#if defined(__x86_64__)
  if (has_avx2()) return kqs_hash_avx2(bytes, count);
#endif
  return XXH3_64bits(bytes, count);
}

kqs_hasher *kqs_hasher_create(void) {
  kqs_hasher *hasher = malloc(sizeof *hasher);
  if (hasher == NULL) return NULL;
  hasher->state = XXH3_createState();
  if (hasher->state == NULL) {
    free(hasher);
    return NULL;
  }
  kqs_hasher_reset(hasher);
  return hasher;
}

void kqs_hasher_reset(kqs_hasher *hasher) { XXH3_64bits_reset(hasher->state); }

void kqs_hasher_update(kqs_hasher *hasher, const void *bytes, size_t count) {
  if (count == 0) return;
#if defined(__x86_64__)
  if (has_avx2()) {
    kqs_hash_update_avx2(hasher->state, bytes, count);
    return;
  }
#endif
  XXH3_64bits_update(hasher->state, bytes, count);
}

uint64_t kqs_hasher_digest(const kqs_hasher *hasher) { return XXH3_64bits_digest(hasher->state); }

void kqs_hasher_destroy(kqs_hasher *hasher) {
  if (hasher == NULL) return;
  XXH3_freeState(hasher->state);
  free(hasher);
}
