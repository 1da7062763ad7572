// The caller of a run works too and never waits for a thread to wake up: threads join a run while it is open,
// and the caller, once the indices are used up, closes it and waits only for those that have joined.
#define _GNU_SOURCE
#include "CShims.h"

#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

// `state` of a pool: the number of the run, whether it may be joined, and how many threads are in it.
enum {
  joined_mask = 0xFFFF,
  open_bit = 1 << 16,
  run_unit = 1 << 17,
};
// Threads beside the caller; what `joined_mask` can count.
enum { most_threads = 1023 };
enum { stack_bytes = 512 * 1024 };
// Between the parallel loops of one forward pass threads stay awake this long; then they sleep.
enum { spin_nanoseconds = 50000 };

typedef struct {
  kqs_pool *pool;
  size_t worker;
  pthread_t thread;
} member;

struct kqs_pool {
  pthread_mutex_t turn;
  kqs_pool_body body;
  void *context;
  size_t count;
  size_t members;
  _Atomic bool stopping;
  _Alignas(64) _Atomic uint32_t state;
  _Atomic uint32_t sleepers;
  // Bumped when the last thread leaves a closed run: what a waiting caller sleeps on.
  _Alignas(64) _Atomic uint32_t finished;
  _Alignas(64) _Atomic size_t next;
  member member[];
};

static void sleep_while(_Atomic uint32_t *word, uint32_t value) {
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void wake(_Atomic uint32_t *word, int count) {
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}

static void relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  __asm__ volatile("yield");
#endif
}

// Whether a bounded wait may go on; looks at the clock rarely.
typedef struct {
  uint64_t until;
  uint32_t turns;
} spinner;

static bool spin(spinner *s) {
  if ((s->turns++ & 31) == 0) {
    uint64_t now = kqs_nanoseconds();
    if (s->until == 0) s->until = now + spin_nanoseconds;
    if (now >= s->until) return false;
  }
  relax();
  return true;
}

static void work(kqs_pool *pool, size_t worker) {
  for (;;) {
    size_t index = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
    if (index >= pool->count) return;
    pool->body(pool->context, index, worker);
  }
}

// Waits for an open run other than `last` and joins it; returns its state without the count.
static uint32_t join_run(kqs_pool *pool, uint32_t last) {
  spinner s = {0};
  for (;;) {
    uint32_t state = atomic_load(&pool->state);
    uint32_t run = state & ~(uint32_t)joined_mask;
    // The number of a run comes round again, so the run that ends a thread is joined whatever its number.
    if ((state & open_bit) && (run != last || atomic_load(&pool->stopping))) {
      if (atomic_compare_exchange_weak(&pool->state, &state, state + 1)) return run;
      continue;
    }
    if (spin(&s)) continue;
    // Counted before the kernel compares `state`: a run opened in between is either seen there or finds a
    // sleeper to wake.
    atomic_fetch_add(&pool->sleepers, 1);
    sleep_while(&pool->state, state);
    atomic_fetch_sub(&pool->sleepers, 1);
    s = (spinner){0};
  }
}

static void leave_run(kqs_pool *pool) {
  uint32_t state = atomic_fetch_sub(&pool->state, 1) - 1;
  if (state & (open_bit | joined_mask)) return;
  atomic_fetch_add(&pool->finished, 1);
  wake(&pool->finished, 1);
}

static void *member_main(void *argument) {
  member *self = argument;
  kqs_pool *pool = self->pool;
  uint32_t last = 0;
  for (;;) {
    last = join_run(pool, last);
    bool stopping = atomic_load(&pool->stopping);
    if (!stopping) work(pool, self->worker);
    leave_run(pool);
    if (stopping) return NULL;
  }
}

static void open_run(kqs_pool *pool, size_t helpers) {
  uint32_t state = atomic_load(&pool->state);
  atomic_store(&pool->state, (state + run_unit) | open_bit);
  if (atomic_load(&pool->sleepers) > 0) wake(&pool->state, helpers < INT_MAX ? (int)helpers : INT_MAX);
}

static void close_run(kqs_pool *pool) {
  atomic_fetch_and(&pool->state, ~(uint32_t)open_bit);
  spinner s = {0};
  for (;;) {
    uint32_t finished = atomic_load(&pool->finished);
    if ((atomic_load(&pool->state) & joined_mask) == 0) return;
    if (!spin(&s)) sleep_while(&pool->finished, finished);
  }
}

void kqs_pool_run(kqs_pool *pool, size_t count, kqs_pool_body body, void *context) {
  if (count == 0) return;
  pthread_mutex_lock(&pool->turn);
  pool->body = body;
  pool->context = context;
  pool->count = count;
  atomic_store_explicit(&pool->next, 0, memory_order_relaxed);
  size_t helpers = count - 1 < pool->members ? count - 1 : pool->members;
  if (helpers > 0) open_run(pool, helpers);
  work(pool, 0);
  if (helpers > 0) close_run(pool);
  pthread_mutex_unlock(&pool->turn);
}

void kqs_await(const uint32_t *counter, uint32_t value) {
  spinner s = {0};
  while (__atomic_load_n(counter, __ATOMIC_ACQUIRE) < value) {
    // Whoever is waited for may have no processor.
    if (!spin(&s)) sched_yield();
  }
}

void kqs_advance(uint32_t *counter) { __atomic_fetch_add(counter, 1, __ATOMIC_RELEASE); }

// Signals belong to the program that embeds this: new threads inherit a mask that blocks all of them.
static size_t start_members(kqs_pool *pool, size_t wanted) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return 0;
  pthread_attr_setstacksize(&attributes, stack_bytes);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  size_t started = 0;
  while (started < wanted) {
    member *m = &pool->member[started];
    m->pool = pool;
    m->worker = started + 1;
    if (pthread_create(&m->thread, &attributes, member_main, m) != 0) break;
    pthread_setname_np(m->thread, "koquant");
    started++;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  return started;
}

kqs_pool *kqs_pool_create(size_t threads) {
  size_t wanted = threads > 1 ? threads - 1 : 0;
  if (wanted > most_threads) wanted = most_threads;
  kqs_pool *pool = kqs_allocate(64, sizeof(kqs_pool) + wanted * sizeof(member));
  if (pool == NULL) return NULL;
  if (pthread_mutex_init(&pool->turn, NULL) != 0) {
    kqs_free(pool);
    return NULL;
  }
  atomic_init(&pool->stopping, false);
  atomic_init(&pool->state, 0);
  atomic_init(&pool->sleepers, 0);
  atomic_init(&pool->finished, 0);
  atomic_init(&pool->next, 0);
  pool->members = start_members(pool, wanted);
  return pool;
}

size_t kqs_pool_threads(const kqs_pool *pool) { return pool->members + 1; }

void kqs_pool_destroy(kqs_pool *pool) {
  if (pool == NULL) return;
  // A last run that all threads join, each of which then ends.
  atomic_store(&pool->stopping, true);
  open_run(pool, pool->members);
  for (size_t i = 0; i < pool->members; i++) pthread_join(pool->member[i].thread, NULL);
  pthread_mutex_destroy(&pool->turn);
  kqs_free(pool);
}
