// The thread pool under ThreadSanitizer: plain (non-atomic) counters show every missing ordering.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "CShims.h"

enum { most_indices = 300, most_workers = 8 };

typedef struct {
  long calls[most_indices];
  long per_worker[most_workers];
} tally;

static void count(void *context, size_t index, size_t worker) {
  tally *t = context;
  t->calls[index]++;
  t->per_worker[worker]++;
}

static void require(int condition, const char *what) {
  if (condition) return;
  fprintf(stderr, "check-pool: %s\n", what);
  exit(1);
}

static void check(kqs_pool *pool, size_t indices, int rounds) {
  tally *t = calloc(1, sizeof *t);
  require(t != NULL, "no memory");
  for (int round = 0; round < rounds; round++) {
    kqs_pool_run(pool, indices, count, t);
    // Reading between runs is what a forward pass does: everything written must be visible.
    for (size_t i = 0; i < indices; i++) require(t->calls[i] == round + 1, "an index was not called once");
  }
  long sum = 0;
  for (size_t w = 0; w < most_workers; w++) sum += t->per_worker[w];
  require(sum == (long)indices * rounds, "calls were lost");
  free(t);
}

enum { blocks = 7, layers = 9 };

// Blocks that go through layers without a barrier, each waiting for itself, and a last task of a layer that waits for all
// of its blocks, as `LayersLoop` does.
typedef struct {
  uint32_t layers_done[blocks], blocks_done[layers];
  long sums[blocks], total[layers];
} chain;

static void step(void *context, size_t index, size_t worker) {
  (void)worker;
  chain *c = context;
  size_t layer = index / (blocks + 1), block = index % (blocks + 1);
  if (block < blocks) {
    kqs_await(&c->layers_done[block], (uint32_t)layer);
    c->sums[block] += (long)(layer * block);
    kqs_advance(&c->layers_done[block]);
    kqs_advance(&c->blocks_done[layer]);
  } else {
    kqs_await(&c->blocks_done[layer], blocks);
    c->total[layer]++;
  }
}

static void check_chain(kqs_pool *pool) {
  chain c = {0};
  kqs_pool_run(pool, layers * (blocks + 1), step, &c);
  for (size_t block = 0; block < blocks; block++)
    require(c.sums[block] == (long)(block * layers * (layers - 1) / 2), "a block lost a layer");
  for (size_t layer = 0; layer < layers; layer++) require(c.total[layer] == 1, "a layer was not ended once");
}

static void *caller(void *pool) {
  for (int round = 0; round < 20; round++) check(pool, 1 + (size_t)(round * 7 % 50), 20);
  return NULL;
}

int main(void) {
  for (size_t threads = 1; threads <= 5; threads += 2) {
    kqs_pool *pool = kqs_pool_create(threads);
    require(pool != NULL && kqs_pool_threads(pool) == threads, "threads are missing");
    for (size_t indices = 0; indices <= most_indices; indices += 1 + indices / 2) check(pool, indices, 50);
    for (int pause = 0; pause < 20; pause++) {
      usleep(1000);  // long enough for the threads to fall asleep
      check(pool, 10, 2);
    }
    for (int round = 0; round < 200; round++) check_chain(pool);
    pthread_t callers[3];
    for (int i = 0; i < 3; i++) require(pthread_create(&callers[i], NULL, caller, pool) == 0, "no thread");
    for (int i = 0; i < 3; i++) pthread_join(callers[i], NULL);
    kqs_pool_destroy(pool);
  }
  for (int round = 0; round < 200; round++) {
    kqs_pool *pool = kqs_pool_create(4);
    if (round % 2) check(pool, 5, 1);
    kqs_pool_destroy(pool);
  }
  puts("check-pool: no data race found");
  return 0;
}
