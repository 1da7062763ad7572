// The table behind the handles of koquant.h: the library's only state that is not reached through one.
#ifndef KQ_HANDLES_H
#define KQ_HANDLES_H

#include <stdbool.h>
#include <stdint.h>

typedef enum { KQH_MODEL = 1, KQH_SESSION = 2 } kqh_kind;

typedef enum { KQH_OK = 0, KQH_INVALID, KQH_BUSY, KQH_FULL } kqh_outcome;

// Names `object`, which is not NULL.
kqh_outcome kqh_open(kqh_kind kind, void *object, const void **handle);
// Finds the object of a handle and keeps the handle from being closed until `kqh_leave`. With `alone` nobody
// else may be using it.
kqh_outcome kqh_enter(const void *handle, kqh_kind kind, bool alone, void **object);
void kqh_leave(const void *handle);
// Ends a handle that nobody uses and gives its object back.
kqh_outcome kqh_close(const void *handle, kqh_kind kind, void **object);

#endif
