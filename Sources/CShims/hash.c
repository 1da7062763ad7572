#include "CShims.h"

#include <stdlib.h>

// The whole implementation in this object: no library to link or to ship.
#define XXH_INLINE_ALL
#include <xxhash.h>

struct kqs_hasher {
  XXH3_state_t *state;
};

uint64_t kqs_hash(const void *bytes, size_t count) { return XXH3_64bits(bytes, count); }

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
  if (count > 0) XXH3_64bits_update(hasher->state, bytes, count);
}

uint64_t kqs_hasher_digest(const kqs_hasher *hasher) { return XXH3_64bits_digest(hasher->state); }

void kqs_hasher_destroy(kqs_hasher *hasher) {
  if (hasher == NULL) return;
  XXH3_freeState(hasher->state);
  free(hasher);
}
