// Holds libkoquant to koquant.h: what works, what is refused, and with which reason.
//
//   tests FILE.koq
#include <fcntl.h>
#include <unistd.h>

#include "tests.h"

int failures;

static void test_version(void) { CHECK(kq_version() == KQ_VERSION); }

static void test_model_misuse(const char *path) {
  kq_model *model = (kq_model *)1;
  kq_error error;
  EXPECT(KQ_INVALID_ARGUMENT, kq_model_open(NULL, NULL, &model, &error));
  CHECK(model == NULL);
  EXPECT(KQ_INVALID_ARGUMENT, kq_model_open(path, NULL, NULL, &error));
  CHECK(kq_model_open(NULL, NULL, NULL, NULL) == KQ_INVALID_ARGUMENT);
  EXPECT(KQ_INVALID_ARGUMENT, kq_model_open("\xff\xfe", NULL, &model, &error));
  EXPECT(KQ_SYSTEM_ERROR, kq_model_open("/nowhere/at-all.koq", NULL, &model, &error));
  CHECK(error.system_error == ENOENT);
  EXPECT(KQ_SYSTEM_ERROR, kq_model_open("/", NULL, &model, &error));
  EXPECT(KQ_SYSTEM_ERROR, kq_model_open_descriptor(-1, NULL, &model, &error));
  CHECK(error.system_error == EBADF);
  int pipes[2];
  CHECK(pipe(pipes) == 0);
  EXPECT(KQ_SYSTEM_ERROR, kq_model_open_descriptor(pipes[0], NULL, &model, &error));
  close(pipes[0]), close(pipes[1]);
  EXPECT(KQ_INVALID_HANDLE, kq_model_close(NULL, &error));
  EXPECT(KQ_INVALID_HANDLE, kq_model_close((kq_model *)&failures, &error));
}

static void test_options(const char *path) {
  kq_model *model;
  kq_error error;
  kq_model_options options = {0};
  EXPECT(KQ_INVALID_ARGUMENT, kq_model_open(path, &options, &model, &error));
  options.size = 1u << 20;
  EXPECT(KQ_INVALID_ARGUMENT, kq_model_open(path, &options, &model, &error));
  struct {
    kq_model_options known;
    uint64_t later;
  } newer = {.known.size = sizeof newer};
  EXPECT(KQ_OK, kq_model_open(path, &newer.known, &model, &error));
  EXPECT(KQ_OK, kq_model_close(model, &error));
  newer.later = 1;
  EXPECT(KQ_INVALID_ARGUMENT, kq_model_open(path, &newer.known, &model, &error));
  options = (kq_model_options){.size = sizeof options, .instruction_set = "abacus"};
  EXPECT(KQ_UNSUPPORTED_CPU, kq_model_open(path, &options, &model, &error));
  CHECK(strstr(error.message, "abacus") != NULL);
  options.instruction_set = "portable";
  EXPECT(KQ_OK, kq_model_open(path, &options, &model, &error));
  kq_model_info info = {.size = sizeof info};
  EXPECT(KQ_OK, kq_model_describe(model, &info, &error));
  CHECK(strcmp(info.instruction_set, "portable") == 0);
  EXPECT(KQ_OK, kq_model_close(model, &error));
}

void *file_in_memory(const char *path, size_t *count) {
  int descriptor = open(path, O_RDONLY);
  off_t end = lseek(descriptor, 0, SEEK_END);
  void *bytes = NULL;
  if (end <= 0 || posix_memalign(&bytes, 64, (size_t)end + 64) != 0) exit(2);
  *count = (size_t)end;
  for (size_t done = 0; done < *count;) {
    ssize_t part = pread(descriptor, (char *)bytes + done, *count - done, (off_t)done);
    if (part <= 0) exit(2);
    done += (size_t)part;
  }
  close(descriptor);
  return bytes;
}

static void test_damage(const char *path) {
  kq_model *model;
  kq_error error;
  size_t count;
  unsigned char *bytes = file_in_memory(path, &count);
  EXPECT(KQ_INVALID_ARGUMENT, kq_model_open_memory(NULL, count, NULL, &model, &error));
  EXPECT(KQ_INVALID_ARGUMENT, kq_model_open_memory(bytes, SIZE_MAX, NULL, &model, &error));
  EXPECT(KQ_INVALID_ARGUMENT, kq_model_open_memory(bytes + 1, count - 1, NULL, &model, &error));
  for (size_t length = 0; length < 64; length++) {
    EXPECT(KQ_INVALID_MODEL, kq_model_open_memory(bytes, length, NULL, &model, &error));
  }
  EXPECT(KQ_INVALID_MODEL, kq_model_open_memory(bytes, count - 1, NULL, &model, &error));
  // A flipped bit is found, or is where opening does not look (the probes, which only `koquant verify` reads).
  size_t found = 0;
  for (size_t i = 0; i < 100; i++) {
    unsigned char *byte = bytes + i * (count / 100);
    *byte ^= 1;
    if (kq_model_open_memory(bytes, count, NULL, &model, &error) == KQ_OK) {
      EXPECT(KQ_OK, kq_model_close(model, &error));
    } else {
      CHECK(error.status == KQ_INVALID_MODEL && error.message[0] != 0 && model == NULL);
      found++;
    }
    *byte ^= 1;
  }
  CHECK(found >= 20);
  bytes[8] = 99;
  EXPECT(KQ_NEWER_MODEL, kq_model_open_memory(bytes, count, NULL, &model, &error));
  CHECK(model == NULL && strstr(error.message, "99") != NULL);
  free(bytes);
}

static void test_places(const char *path) {
  kq_error error;
  size_t count;
  void *bytes = file_in_memory(path, &count);
  int descriptor = open(path, O_RDONLY);
  kq_model *models[3];
  EXPECT(KQ_OK, kq_model_open(path, NULL, &models[0], &error));
  EXPECT(KQ_OK, kq_model_open_descriptor(descriptor, NULL, &models[1], &error));
  close(descriptor);
  EXPECT(KQ_OK, kq_model_open_memory(bytes, count, NULL, &models[2], &error));
  float *expected = NULL;
  for (int i = 0; i < 3; i++) {
    kq_session *session;
    size_t dimension = dimension_of(models[i]);
    float *vector = malloc(dimension * sizeof *vector);
    EXPECT(KQ_OK, kq_session_open(models[i], NULL, &session, &error));
    // The session keeps what it needs of a closed model.
    EXPECT(KQ_OK, kq_model_close(models[i], &error));
    EXPECT(KQ_OK, kq_embed(session, "hello", 5, vector, dimension, &error));
    EXPECT(KQ_OK, kq_session_close(session, &error));
    if (expected == NULL) expected = vector;
    CHECK(memcmp(expected, vector, dimension * sizeof *vector) == 0);
    if (expected != vector) free(vector);
  }
  free(expected);
  free(bytes);
}

int main(int count, char **arguments) {
  if (count != 2) {
    fputs("usage: tests FILE.koq\n", stderr);
    return 64;
  }
  test_version();
  test_model_misuse(arguments[1]);
  test_options(arguments[1]);
  test_damage(arguments[1]);
  test_places(arguments[1]);
  test_plans(arguments[1]);
  test_residencies(arguments[1]);
  test_texts(arguments[1]);
  test_sessions(arguments[1]);
  test_allocator(arguments[1]);
  test_threads(arguments[1]);
  if (failures > 0) return 1;
  puts("C interface: all as documented");
  return 0;
}
