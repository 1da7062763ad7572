#include "tests.h"

size_t dimension_of(kq_model *model) {
  kq_error error;
  kq_model_info info = {.size = sizeof info};
  EXPECT(KQ_OK, kq_model_describe(model, &info, &error));
  CHECK(info.dimension > 0 && info.maximum_tokens > 1 && info.layers > 0 && info.instruction_set[0] != 0);
  return info.dimension;
}

void test_texts(const char *path) {
  kq_model *model;
  kq_session *session, *lenient;
  kq_error error;
  EXPECT(KQ_OK, kq_model_open(path, NULL, &model, &error));
  size_t dimension = dimension_of(model);
  EXPECT(KQ_OK, kq_session_open(model, NULL, &session, &error));
  float *vector = calloc(dimension, sizeof *vector);

  EXPECT(KQ_BUFFER_TOO_SMALL, kq_embed(session, "a", 1, vector, dimension - 1, &error));
  EXPECT(KQ_BUFFER_TOO_SMALL, kq_embed(session, "a", 1, vector, 0, &error));
  EXPECT(KQ_INVALID_ARGUMENT, kq_embed(session, "a", 1, NULL, dimension, &error));
  EXPECT(KQ_INVALID_ARGUMENT, kq_embed(session, NULL, 1, vector, dimension, &error));
  EXPECT(KQ_INVALID_ARGUMENT, kq_embed(session, "a", SIZE_MAX, vector, dimension, &error));
  EXPECT(KQ_INVALID_ARGUMENT, kq_embed_many(session, NULL, 1, vector, dimension, &error));
  EXPECT(KQ_INVALID_ARGUMENT, kq_embed_many(session, &(kq_text){0}, SIZE_MAX, vector, dimension, &error));
  EXPECT(KQ_BUFFER_TOO_SMALL, kq_embed_many(session, &(kq_text){0}, SIZE_MAX / 2, vector, dimension, &error));
  const char *invalid[] = {"\xff", "\xc3", "\xed\xa0\x80", "\xc0\xaf", "\xf4\x90\x80\x80", "ok \xe2\x82"};
  for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++) {
    kq_text texts[] = {{"fine", 4}, {invalid[i], strlen(invalid[i])}};
    float two[2 * 4096];
    EXPECT(KQ_INVALID_TEXT, kq_embed_many(session, texts, 2, two, 2 * dimension, &error));
    CHECK(error.text == 1);
  }
  for (size_t i = 0; i < dimension; i++) CHECK(vector[i] == 0);

  EXPECT(KQ_OK, kq_embed_many(session, NULL, 0, NULL, 0, &error));
  EXPECT(KQ_OK, kq_embed(session, NULL, 0, vector, dimension, &error));
  EXPECT(KQ_OK, kq_embed(session, "", 0, vector, dimension, &error));
  EXPECT(KQ_OK, kq_embed(session, "a\0b", 3, vector, dimension, &error));
  CHECK(kq_embed(session, "a", 1, vector, dimension, NULL) == KQ_OK);

  kq_session_options options = {.size = sizeof options, .flags = KQ_REPLACE_INVALID_UTF8 | KQ_NORMALIZE};
  EXPECT(KQ_OK, kq_session_open(model, &options, &lenient, &error));
  EXPECT(KQ_OK, kq_embed(lenient, "a\xff", 2, vector, dimension, &error));
  float square = 0;
  for (size_t i = 0; i < dimension; i++) square += vector[i] * vector[i];
  CHECK(square > 0.999f && square < 1.001f);

  kq_session_close(lenient, NULL);
  kq_session_close(session, NULL);
  kq_model_close(model, NULL);
  free(vector);
}

// Many texts at once have the vectors that each has alone, to the bit, whatever the batches and threads.
static void test_many(kq_model *model, size_t dimension, const kq_session_options *options) {
  enum { count = 40, longest = 3000 };
  kq_error error;
  kq_session *session;
  EXPECT(KQ_OK, kq_session_open(model, options, &session, &error));
  char *letters = malloc(longest);
  for (size_t i = 0; i < longest; i++) letters[i] = i % 7 == 6 ? ' ' : (char)('a' + i % 26);
  kq_text texts[count];
  for (size_t i = 0; i < count; i++) texts[i] = (kq_text){letters + i, i * i * 3 % (longest - count)};
  // One float more, to see that nothing is written behind the vectors.
  float *many = malloc((count * dimension + 1) * sizeof *many), *one = malloc(dimension * sizeof *one);
  many[count * dimension] = 42;
  EXPECT(KQ_OK, kq_embed_many(session, texts, count, many, count * dimension, &error));
  CHECK(many[count * dimension] == 42);
  for (size_t i = 0; i < count; i++) {
    EXPECT(KQ_OK, kq_embed(session, texts[i].bytes, texts[i].length, one, dimension, &error));
    CHECK(memcmp(one, many + i * dimension, dimension * sizeof *one) == 0);
  }
  EXPECT(KQ_OK, kq_session_close(session, &error));
  free(letters), free(many), free(one);
}

void test_sessions(const char *path) {
  kq_model *model;
  kq_session *session;
  kq_error error;
  EXPECT(KQ_OK, kq_model_open(path, NULL, &model, &error));
  size_t dimension = dimension_of(model);
  EXPECT(KQ_INVALID_ARGUMENT, kq_model_describe(model, NULL, &error));
  EXPECT(KQ_INVALID_ARGUMENT, kq_model_describe(model, &(kq_model_info){.size = 3}, &error));
  EXPECT(KQ_INVALID_ARGUMENT, kq_session_open(model, NULL, NULL, &error));
  EXPECT(KQ_INVALID_HANDLE, kq_session_open(NULL, NULL, &session, &error));
  EXPECT(KQ_INVALID_ARGUMENT, kq_session_open(model, &(kq_session_options){0}, &session, &error));
  kq_session_options options = {.size = sizeof options, .flags = 1u << 31};
  EXPECT(KQ_INVALID_ARGUMENT, kq_session_open(model, &options, &session, &error));
  options = (kq_session_options){.size = sizeof options, .batch_tokens = UINT32_MAX};
  EXPECT(KQ_INVALID_ARGUMENT, kq_session_open(model, &options, &session, &error));

  test_many(model, dimension, NULL);
  for (uint32_t threads = 1; threads <= 4; threads++) {
    options = (kq_session_options){.size = sizeof options, .threads = threads, .batch_tokens = threads * 100};
    test_many(model, dimension, &options);
  }

  // Closed, of another kind, used up.
  EXPECT(KQ_OK, kq_session_open(model, NULL, &session, &error));
  EXPECT(KQ_INVALID_HANDLE, kq_model_close((kq_model *)session, &error));
  EXPECT(KQ_INVALID_HANDLE, kq_session_close((kq_session *)model, &error));
  EXPECT(KQ_OK, kq_session_close(session, &error));
  EXPECT(KQ_INVALID_HANDLE, kq_session_close(session, &error));
  EXPECT(KQ_INVALID_HANDLE, kq_embed(session, "a", 1, NULL, 0, &error));
  EXPECT(KQ_OK, kq_model_close(model, &error));
  EXPECT(KQ_INVALID_HANDLE, kq_model_close(model, &error));
  EXPECT(KQ_INVALID_HANDLE, kq_model_describe(model, &(kq_model_info){.size = sizeof(kq_model_info)}, &error));
  EXPECT(KQ_INVALID_HANDLE, kq_session_open(model, NULL, &session, &error));
  CHECK(session == NULL);

  static kq_model *models[KQ_MAX_HANDLES];
  for (size_t i = 0; i < 8; i++) {
    EXPECT(KQ_OK, kq_model_open(path, NULL, &models[i], &error));
    // A new handle is none of the old ones.
    for (size_t j = 0; j < i; j++) CHECK(models[i] != models[j]);
    CHECK(models[i] != model);
  }
  for (size_t i = 0; i < 8; i++) EXPECT(KQ_OK, kq_model_close(models[i], &error));
}

// ---- The caller's memory

typedef struct {
  size_t live;
  size_t total;
  size_t left;
} account;

static void *allocate(void *context, size_t alignment, size_t size) {
  account *a = context;
  void *address = NULL;
  if (a->left < size || posix_memalign(&address, alignment, size) != 0) return NULL;
  a->left -= size;
  a->live++;
  a->total++;
  return address;
}

static void release(void *context, void *address) {
  ((account *)context)->live--;
  free(address);
}

void test_allocator(const char *path) {
  kq_model *model;
  kq_session *session;
  kq_error error;
  account account = {.left = SIZE_MAX / 2};
  kq_allocator allocator = {&account, allocate, NULL};
  kq_model_options options = {.size = sizeof options, .allocator = &allocator};
  EXPECT(KQ_INVALID_ARGUMENT, kq_model_open(path, &options, &model, &error));
  allocator.release = release;
  EXPECT(KQ_OK, kq_model_open(path, &options, &model, &error));
  EXPECT(KQ_OK, kq_session_open(model, NULL, &session, &error));
  CHECK(account.live > 0);
  size_t before = account.total;
  float vector[4096];
  EXPECT(KQ_OK, kq_embed(session, "no allocation in a pass", 23, vector, 4096, &error));
  CHECK(account.total == before);
  EXPECT(KQ_OK, kq_session_close(session, &error));
  account.left = 0;
  EXPECT(KQ_OUT_OF_MEMORY, kq_session_open(model, NULL, &session, &error));
  EXPECT(KQ_OK, kq_model_close(model, &error));
  CHECK(account.live == 0);
  EXPECT(KQ_OUT_OF_MEMORY, kq_model_open(path, &options, &model, &error));
  CHECK(account.live == 0);
}
