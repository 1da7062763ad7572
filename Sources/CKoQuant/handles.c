#include "handles.h"

#include <pthread.h>
#include <stddef.h>

#include "koquant.h"

// A handle is the slot's index in the low bits and, above them, how often the slot has been opened. A slot whose
// count is used up (on 32-bit machines after four million openings) is not opened again, so that no handle
// ever comes back.
enum { index_bits = 10 };
_Static_assert(1 << index_bits == KQ_MAX_HANDLES, "one slot per handle");
static const uintptr_t last_generation = UINTPTR_MAX >> index_bits;

typedef struct {
  uintptr_t generation;
  void *object;
  uint32_t users;
  kqh_kind kind;
} slot;

static slot slots[KQ_MAX_HANDLES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static slot *find(const void *handle, kqh_kind kind) {
  uintptr_t name = (uintptr_t)handle;
  slot *s = &slots[name & (KQ_MAX_HANDLES - 1)];
  return s->object != NULL && s->kind == kind && s->generation == name >> index_bits ? s : NULL;
}

kqh_outcome kqh_open(kqh_kind kind, void *object, const void **handle) {
  kqh_outcome outcome = KQH_FULL;
  pthread_mutex_lock(&lock);
  for (uintptr_t index = 0; index < KQ_MAX_HANDLES; index++) {
    slot *s = &slots[index];
    if (s->object != NULL || s->generation == last_generation) continue;
    *s = (slot){.generation = s->generation + 1, .object = object, .kind = kind};
    *handle = (const void *)(s->generation << index_bits | index);
    outcome = KQH_OK;
    break;
  }
  pthread_mutex_unlock(&lock);
  return outcome;
}

kqh_outcome kqh_enter(const void *handle, kqh_kind kind, bool alone, void **object) {
  kqh_outcome outcome = KQH_OK;
  pthread_mutex_lock(&lock);
  slot *s = find(handle, kind);
  if (s == NULL) {
    outcome = KQH_INVALID;
  } else if (alone && s->users > 0) {
    outcome = KQH_BUSY;
  } else {
    s->users++;
    *object = s->object;
  }
  pthread_mutex_unlock(&lock);
  return outcome;
}

void kqh_leave(const void *handle) {
  pthread_mutex_lock(&lock);
  slots[(uintptr_t)handle & (KQ_MAX_HANDLES - 1)].users--;
  pthread_mutex_unlock(&lock);
}

kqh_outcome kqh_close(const void *handle, kqh_kind kind, void **object) {
  kqh_outcome outcome = KQH_OK;
  pthread_mutex_lock(&lock);
  slot *s = find(handle, kind);
  if (s == NULL) {
    outcome = KQH_INVALID;
  } else if (s->users > 0) {
    outcome = KQH_BUSY;
  } else {
    *object = s->object;
    s->object = NULL;
  }
  pthread_mutex_unlock(&lock);
  return outcome;
}
