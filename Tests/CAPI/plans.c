#include <fcntl.h>
#include <unistd.h>

#include "tests.h"

static uint64_t parts(const kq_memory_plan *p) {
  return p->program + p->tables + p->words + p->layers + p->batch + p->workers + p->decoders + p->output;
}

static void check_plan(const kq_memory_plan *p) {
  CHECK(p->size == sizeof *p);
  CHECK(p->residency >= KQ_MAPPED && p->residency <= KQ_STREAMED);
  CHECK(p->threads > 0 && p->batch_tokens > 0 && (p->ring_layers > 0) == (p->residency == KQ_STREAMED));
  CHECK(p->total == parts(p) && p->words > 0 && p->layers > 0 && p->batch > 0);
}

static void test_plan_misuse(const char *path) {
  kq_error error;
  kq_memory_plan plan = {.size = sizeof plan};
  EXPECT(KQ_INVALID_ARGUMENT, kq_plan(NULL, NULL, &plan, &error));
  EXPECT(KQ_INVALID_ARGUMENT, kq_plan(path, NULL, NULL, &error));
  EXPECT(KQ_INVALID_ARGUMENT, kq_plan(path, NULL, &(kq_memory_plan){0}, &error));
  EXPECT(KQ_INVALID_ARGUMENT, kq_plan(path, &(kq_model_options){0}, &plan, &error));
  EXPECT(KQ_SYSTEM_ERROR, kq_plan("/nowhere/at-all.koq", NULL, &plan, &error));
  EXPECT(KQ_SYSTEM_ERROR, kq_plan_descriptor(-1, NULL, &plan, &error));
  EXPECT(KQ_INVALID_ARGUMENT, kq_plan_memory(NULL, 64, NULL, &plan, &error));
  _Alignas(64) static const char zeros[64];
  EXPECT(KQ_INVALID_MODEL, kq_plan_memory(zeros, sizeof zeros, NULL, &plan, &error));
  CHECK(kq_plan(NULL, NULL, NULL, NULL) == KQ_INVALID_ARGUMENT);

  kq_model *model;
  kq_model_options wrong[] = {
      {.residency = 4}, {.residency = UINT32_MAX}, {.batch_tokens = UINT32_MAX}, {.flags = 2}, {.flags = 1u << 31}};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    wrong[i].size = sizeof wrong[i];
    EXPECT(KQ_INVALID_ARGUMENT, kq_plan(path, &wrong[i], &plan, &error));
    EXPECT(KQ_INVALID_ARGUMENT, kq_model_open(path, &wrong[i], &model, &error));
    CHECK(model == NULL);
  }
}

// A caller that was compiled with version 1.0 hands over shorter structures.
static void test_old_caller(const char *path) {
  kq_error error;
  kq_model *model;
  kq_model_options options = {.size = offsetof(kq_model_options, allocator) + sizeof(void *), .residency = 77};
  EXPECT(KQ_OK, kq_model_open(path, &options, &model, &error));
  kq_model_info info = {.size = offsetof(kq_model_info, residency), .residency = 77, .threads = 78};
  EXPECT(KQ_OK, kq_model_describe(model, &info, &error));
  CHECK(info.dimension > 0 && info.instruction_set[0] != 0);
  CHECK(info.residency == 77 && info.threads == 78);
  info.size--;
  EXPECT(KQ_INVALID_ARGUMENT, kq_model_describe(model, &info, &error));
  EXPECT(KQ_OK, kq_model_close(model, &error));
}

static void test_ceilings(const char *path) {
  kq_error error;
  kq_model *model;
  kq_memory_plan plan = {.size = sizeof plan};
  kq_model_options options = {.size = sizeof options, .threads = 2};
  EXPECT(KQ_OK, kq_plan(path, &options, &plan, &error));
  check_plan(&plan);
  CHECK(plan.threads == 2 && plan.residency != KQ_STREAMED);
  uint64_t ceilings[] = {1, 1 << 20, plan.program};
  for (size_t i = 0; i < sizeof ceilings / sizeof *ceilings; i++) {
    options.max_memory = ceilings[i];
    EXPECT(KQ_CEILING_TOO_LOW, kq_plan(path, &options, &plan, &error));
    CHECK(plan.total > ceilings[i] && strstr(error.message, "the least that would do") != NULL);
    EXPECT(KQ_CEILING_TOO_LOW, kq_model_open(path, &options, &model, &error));
    CHECK(model == NULL);
  }
  // The least that would do does, but for what the process has grown by since.
  options.max_memory = plan.total + (4 << 20);
  EXPECT(KQ_OK, kq_plan(path, &options, &plan, &error));
  check_plan(&plan);
  CHECK(plan.total <= options.max_memory);
  EXPECT(KQ_OK, kq_model_open(path, &options, &model, &error));
  EXPECT(KQ_OK, kq_model_close(model, &error));
  options.max_memory = KQ_AVAILABLE_MEMORY;
  EXPECT(KQ_OK, kq_plan(path, &options, &plan, &error));
  options.max_memory = UINT64_MAX - 1;
  EXPECT(KQ_OK, kq_plan(path, &options, &plan, &error));
}

void test_plans(const char *path) {
  test_plan_misuse(path);
  test_old_caller(path);
  test_ceilings(path);
  // The same plan, wherever the file is: but for `program`, which is the process.
  kq_error error;
  kq_memory_plan plans[3] = {{.size = sizeof *plans}, {.size = sizeof *plans}, {.size = sizeof *plans}};
  size_t count;
  void *bytes = file_in_memory(path, &count);
  int descriptor = open(path, O_RDONLY);
  kq_model_options options = {.size = sizeof options, .threads = 3, .batch_tokens = 200, .residency = KQ_STREAMED};
  EXPECT(KQ_OK, kq_plan(path, &options, &plans[0], &error));
  EXPECT(KQ_OK, kq_plan_descriptor(descriptor, &options, &plans[1], &error));
  EXPECT(KQ_OK, kq_plan_memory(bytes, count, &options, &plans[2], &error));
  for (int i = 0; i < 3; i++) {
    check_plan(&plans[i]);
    CHECK(plans[i].residency == KQ_STREAMED && plans[i].threads == 3 && plans[i].batch_tokens == 200);
    CHECK(plans[i].total - plans[i].program == plans[0].total - plans[0].program);
  }
  close(descriptor);
  free(bytes);
}

static const char *const texts[] = {"one text", "another, rather longer text of several words", "", "한국어 문장"};
enum { text_count = sizeof texts / sizeof *texts };

// The vectors of all texts by a model opened with `options`; NULL when it cannot be opened so.
static float *vectors_of(const char *path, kq_model_options options, uint32_t threads, kq_status *status) {
  kq_error error;
  kq_model *model;
  kq_session *session;
  options.size = sizeof options;
  *status = kq_model_open(path, &options, &model, &error);
  if (*status != KQ_OK) return NULL;
  kq_model_info info = {.size = sizeof info};
  EXPECT(KQ_OK, kq_model_describe(model, &info, &error));
  CHECK(options.residency == 0 || info.residency == options.residency);
  CHECK(options.threads == 0 || info.threads == options.threads);
  CHECK(info.batch_tokens > 0);
  kq_session_options of_session = {.size = sizeof of_session, .threads = threads};
  EXPECT(KQ_OK, kq_session_open(model, &of_session, &session, &error));
  float *vectors = malloc(text_count * info.dimension * sizeof *vectors);
  kq_text all[text_count];
  for (int i = 0; i < text_count; i++) all[i] = (kq_text){texts[i], strlen(texts[i])};
  EXPECT(KQ_OK, kq_embed_many(session, all, text_count, vectors, text_count * info.dimension, &error));
  EXPECT(KQ_OK, kq_session_close(session, &error));
  EXPECT(KQ_OK, kq_model_close(model, &error));
  return vectors;
}

void test_residencies(const char *path) {
  kq_error error;
  kq_model *model;
  kq_status status;
  EXPECT(KQ_OK, kq_model_open(path, NULL, &model, &error));
  size_t bytes = text_count * dimension_of(model) * sizeof(float);
  kq_model_close(model, NULL);
  float *expected = vectors_of(path, (kq_model_options){.flags = KQ_VERIFY}, 0, &status);
  CHECK(status == KQ_OK);
  for (uint32_t residency = KQ_MAPPED; residency <= KQ_STREAMED; residency++) {
    for (uint32_t threads = 1; threads <= 4; threads++) {
      kq_model_options options = {.residency = residency, .threads = threads, .batch_tokens = 64 * threads};
      float *vectors = vectors_of(path, options, threads % 2 == 0 ? 0 : 5 - threads, &status);
      // Compressed weights cannot be used in place.
      if (vectors == NULL) CHECK(residency == KQ_MAPPED && status == KQ_INVALID_ARGUMENT);
      else CHECK(memcmp(vectors, expected, bytes) == 0);
      free(vectors);
    }
  }
  free(expected);
}
