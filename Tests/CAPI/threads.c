#include <pthread.h>
#include <stdatomic.h>

#include "tests.h"

enum { workers = 4, rounds = 6 };

typedef struct {
  kq_model *model;
  kq_session *shared;
  size_t dimension;
  const float *expected;
  _Atomic int busy, closed, finished;
  atomic_int wrong;
} place;

static const char text[] = "one text for all threads";

static kq_status embed(kq_session *session, const place *p, float *vector) {
  return kq_embed(session, text, sizeof text - 1, vector, p->dimension, NULL);
}

// A session of its own per thread: every call succeeds, with the same bits.
static void *with_own_session(void *argument) {
  place *p = argument;
  kq_session_options options = {.size = sizeof options, .threads = 2};
  float *vector = malloc(p->dimension * sizeof *vector);
  for (int round = 0; round < rounds; round++) {
    kq_session *session;
    if (kq_session_open(p->model, &options, &session, NULL) != KQ_OK) p->wrong++;
    if (embed(session, p, vector) != KQ_OK) p->wrong++;
    if (memcmp(vector, p->expected, p->dimension * sizeof *vector) != 0) p->wrong++;
    if (kq_session_close(session, NULL) != KQ_OK) p->wrong++;
  }
  free(vector);
  return NULL;
}

// One session for all: a call succeeds, or is refused because of another; after the close every one is refused.
static void *with_shared_session(void *argument) {
  place *p = argument;
  float *vector = malloc(p->dimension * sizeof *vector);
  while (!p->closed) {
    switch (embed(p->shared, p, vector)) {
      case KQ_OK: p->finished++; break;
      case KQ_BUSY: p->busy++; break;
      case KQ_INVALID_HANDLE: break;
      default: p->wrong++;
    }
  }
  if (embed(p->shared, p, vector) != KQ_INVALID_HANDLE) p->wrong++;
  free(vector);
  return NULL;
}

static void *closing(void *argument) {
  place *p = argument;
  // Until something has gone wrong or right often enough, closing waits; then it races with the calls.
  while (p->finished < 5) sched_yield();
  for (;;) {
    kq_status status = kq_session_close(p->shared, NULL);
    if (status == KQ_OK) break;
    if (status != KQ_BUSY) p->wrong++;
  }
  p->closed = 1;
  return NULL;
}

static void run(place *p, void *(*body)(void *), void *(*last)(void *)) {
  pthread_t threads[workers + 1];
  for (int i = 0; i < workers; i++) CHECK(pthread_create(&threads[i], NULL, body, p) == 0);
  if (last != NULL) CHECK(pthread_create(&threads[workers], NULL, last, p) == 0);
  for (int i = 0; i < workers + (last != NULL); i++) pthread_join(threads[i], NULL);
}

void test_threads(const char *path) {
  kq_error error;
  place p = {0};
  EXPECT(KQ_OK, kq_model_open(path, NULL, &p.model, &error));
  p.dimension = dimension_of(p.model);
  EXPECT(KQ_OK, kq_session_open(p.model, NULL, &p.shared, &error));
  float *expected = malloc(p.dimension * sizeof *expected);
  CHECK(embed(p.shared, &p, expected) == KQ_OK);
  p.expected = expected;
  run(&p, with_own_session, NULL);
  run(&p, with_shared_session, closing);
  CHECK(p.wrong == 0);
  CHECK(p.finished >= 5);
  EXPECT(KQ_OK, kq_model_close(p.model, &error));
  free(expected);
}
