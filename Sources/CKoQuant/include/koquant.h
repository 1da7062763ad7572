// koquant: sentence embeddings from .koq files. The C interface of libkoquant.
//
//   kq_model *model;
//   kq_session *session;
//   kq_error error;
//   if (kq_model_open("model.koq", NULL, &model, &error) != KQ_OK) …
//   if (kq_session_open(model, NULL, &session, &error) != KQ_OK) …
//   if (kq_embed(session, "text", 4, vector, dimension, &error) != KQ_OK) …
//   kq_session_close(session, NULL);
//   kq_model_close(model, NULL);
//
// Errors. Functions return KQ_OK or the reason why nothing was done; `error`, which may be NULL, receives it
// with a message. Wrong arguments, damaged files and handles that are closed or were never opened are reasons,
// never undefined behaviour; pointers to memory that is not the caller's are beyond that.
//
// Threads. Every function may be called from any thread at any time. A model is shared by any number of
// sessions. A session does one thing at a time: what another thread asks of it meanwhile, closing it included,
// is refused with KQ_BUSY. So give each thread a session of its own.
//
// Handles are names, not addresses. One that was closed is never given out again, so using it is noticed.
//
// Compatibility. Within a major version functions and constants stay, structures grow at their ends only
// (`size` says what the caller was compiled with), and the same file and text give the same bits.
#ifndef KOQUANT_H
#define KOQUANT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define KQ_VERSION_MAJOR 1
#define KQ_VERSION_MINOR 1
#define KQ_VERSION_PATCH 0
#define KQ_VERSION (KQ_VERSION_MAJOR * 10000 + KQ_VERSION_MINOR * 100 + KQ_VERSION_PATCH)

// KQ_VERSION of the library that is linked.
uint32_t kq_version(void);

// ---- Errors

typedef enum kq_status {
  KQ_OK = 0,
  // A NULL pointer, a number out of range, an option that does not exist.
  KQ_INVALID_ARGUMENT = 1,
  // NULL, closed already, or a handle of another kind.
  KQ_INVALID_HANDLE = 2,
  // Another thread is using the handle; nothing was done.
  KQ_BUSY = 3,
  // The caller's buffer does not hold the result; nothing was written.
  KQ_BUFFER_TOO_SMALL = 4,
  // A text is not UTF-8; nothing was written.
  KQ_INVALID_TEXT = 5,
  KQ_OUT_OF_MEMORY = 6,
  // The operating system refused something: `system_error` is its errno.
  KQ_SYSTEM_ERROR = 7,
  // Not a .koq file, or a damaged one.
  KQ_INVALID_MODEL = 8,
  // A .koq file that needs a newer library.
  KQ_NEWER_MODEL = 9,
  // This CPU lacks the instructions.
  KQ_UNSUPPORTED_CPU = 10,
  // More handles than `KQ_MAX_HANDLES` at a time.
  KQ_TOO_MANY_HANDLES = 11,
  // The model cannot be run within `max_memory`; nothing was loaded. (1.1)
  KQ_CEILING_TOO_LOW = 12
} kq_status;

#define KQ_MESSAGE_SIZE 480
// Models and sessions together.
#define KQ_MAX_HANDLES 1024

// The caller's; needs no initialization.
typedef struct kq_error {
  kq_status status;
  // errno of KQ_SYSTEM_ERROR, else 0.
  int32_t system_error;
  // Number of the text that KQ_INVALID_TEXT is about, else 0.
  uint64_t text;
  // UTF-8, NUL-terminated: what is wrong, where, and what to do. Empty after KQ_OK.
  char message[KQ_MESSAGE_SIZE];
} kq_error;

// ---- Models

// A .koq file, opened: tokenizer, weights, and the kernels for this CPU.
typedef struct kq_model kq_model;

// Where large memory comes from: decoded weights, the memory of a session's passes. Called from any thread,
// several at a time. Small memory (bookkeeping, some KiB that grow with a text) is malloc's.
typedef struct kq_allocator {
  void *context;
  // `alignment` is a power of two from 64 up; NULL when there is no memory.
  void *(*allocate)(void *context, size_t alignment, size_t size);
  void (*release)(void *context, void *address);
} kq_allocator;

// Where the weights are while a model is in use. It changes memory and time, never a bit of a vector. (1.1)
typedef enum kq_residency {
  KQ_ANY_RESIDENCY = 0,
  // In place in the file, shared between processes; needs a stored file (`koquant unpack`).
  KQ_MAPPED = 1,
  // In memory of the process, decoded once.
  KQ_RESIDENT = 2,
  // In the file: read and decoded layer by layer on every pass.
  KQ_STREAMED = 3
} kq_residency;

// For `max_memory`: what the container allows or the machine has left.
#define KQ_AVAILABLE_MEMORY UINT64_MAX

// Check every byte of the file on opening, instead of each section when it is first used. (1.1)
enum { KQ_VERIFY = 1 };

// What a field left 0 or NULL means is in brackets.
typedef struct kq_model_options {
  size_t size;                    // sizeof(kq_model_options)
  const char *instruction_set;    // "portable", "avx2", …: see `koquant cpu` [KOQUANT_ISA, or the fastest]
  const kq_allocator *allocator;  // copied; its context must outlive the model and its sessions [posix_memalign]
  // Since 1.1.
  uint64_t max_memory;    // bytes that the whole process may have in memory with one session open [no ceiling]
  uint32_t residency;     // a kq_residency [KQ_MAPPED for stored files, else KQ_RESIDENT; what a ceiling allows]
  uint32_t threads;       // that compute [what the scheduler and the container allow; what a ceiling allows]
  uint32_t batch_tokens;  // encoded together [1024; what a ceiling allows]
  uint32_t flags;         // KQ_VERIFY
} kq_model_options;

// Opens the file at `path` by the plan that kq_plan makes with the same options. What is in place in a mapped file
// is checked when it is first used. A mapped file stays so until the model and its sessions are closed; replace it
// by renaming, do not write into it.
kq_status kq_model_open(const char *path, const kq_model_options *options, kq_model **model, kq_error *error);

// The same for an open descriptor of a regular file, which stays the caller's and may be closed after the call.
kq_status kq_model_open_descriptor(int descriptor, const kq_model_options *options, kq_model **model,
                                   kq_error *error);

// The same for a file in memory, at an address that is a multiple of 64. It is used in place: it must not change
// until the model and its sessions are closed.
kq_status kq_model_open_memory(const void *bytes, size_t count, const kq_model_options *options, kq_model **model,
                               kq_error *error);

// Ends the handle. Sessions go on; the model's memory is given back with the last of them.
kq_status kq_model_close(kq_model *model, kq_error *error);

typedef struct kq_model_info {
  size_t size;  // sizeof(kq_model_info), set by the caller
  // Floats of a vector.
  uint32_t dimension;
  // Texts are cut to this many tokens.
  uint32_t maximum_tokens;
  uint32_t vocabulary_size;
  uint32_t layers;
  // 1 when the model's vectors have length 1, else 0.
  uint32_t normalizes;
  // "avx2", "neondot", …; NUL-terminated.
  char instruction_set[16];
  // Since 1.1: the model's plan, which sessions follow unless their options say otherwise.
  uint32_t residency;
  uint32_t threads;
  uint32_t batch_tokens;
} kq_model_info;

kq_status kq_model_describe(kq_model *model, kq_model_info *info, kq_error *error);

// ---- Plans

// How a model is run, and the bytes that each part takes: an estimate of the process's peak with full batches,
// pages of mapped files included. (1.1)
typedef struct kq_memory_plan {
  size_t size;  // sizeof(kq_memory_plan), set by the caller
  uint32_t residency;
  uint32_t threads;
  uint32_t batch_tokens;
  // Layers held decoded at a time; 0 unless streamed.
  uint32_t ring_layers;
  // Of all parts; after KQ_CEILING_TOO_LOW the least that would do.
  uint64_t total;
  // The process as it is now, and the code that it has yet to run.
  uint64_t program;
  // Tokenizer, scales and positions.
  uint64_t tables;
  // The word table, or the blocks of it that are decoded at a time.
  uint64_t words;
  // All layers, or those held at a time.
  uint64_t layers;
  // Activations of a batch; those and the stack of all threads; decoding contexts; vectors on their way.
  uint64_t batch;
  uint64_t workers;
  uint64_t decoders;
  uint64_t output;
} kq_memory_plan;

// Makes the plan by which kq_model_open with these options would run the file at `path`, from its table alone: no
// weights are read, `allocator` and `instruction_set` play no part. KQ_CEILING_TOO_LOW when no plan keeps within
// `max_memory`. (1.1)
kq_status kq_plan(const char *path, const kq_model_options *options, kq_memory_plan *plan, kq_error *error);

// The same for a file that kq_model_open_descriptor or kq_model_open_memory would open. What is in memory already
// and will be used in place counts as `program` and as `words` and `layers`. (1.1)
kq_status kq_plan_descriptor(int descriptor, const kq_model_options *options, kq_memory_plan *plan, kq_error *error);
kq_status kq_plan_memory(const void *bytes, size_t count, const kq_model_options *options, kq_memory_plan *plan,
                         kq_error *error);

// ---- Sessions

// Threads, and memory allocated once for passes through a model.
typedef struct kq_session kq_session;

enum {
  // Scale vectors to length 1 even if the model does not.
  KQ_NORMALIZE = 1,
  // Read bytes that are not UTF-8 as U+FFFD, as Python's errors="replace" does, instead of refusing the text.
  KQ_REPLACE_INVALID_UTF8 = 2
};

typedef struct kq_session_options {
  size_t size;            // sizeof(kq_session_options)
  uint32_t threads;       // that compute, the caller included [those of the model's plan]
  uint32_t batch_tokens;  // encoded together: memory grows with it, throughput levels off [those of the plan]
  uint32_t flags;         // KQ_NORMALIZE | …
} kq_session_options;

kq_status kq_session_open(kq_model *model, const kq_session_options *options, kq_session **session,
                          kq_error *error);

kq_status kq_session_close(kq_session *session, kq_error *error);

// ---- Embedding

// UTF-8, not necessarily NUL-terminated; no bytes are an empty text, which has a vector like any other.
typedef struct kq_text {
  const char *bytes;
  size_t length;
} kq_text;

// Writes the vector of a text: `dimension` floats. `capacity` counts the floats at `vector`.
kq_status kq_embed(kq_session *session, const char *text, size_t length, float *vector, size_t capacity,
                   kq_error *error);

// Writes the vectors of `count` texts, one after the other, each as kq_embed would. `capacity` counts the floats
// at `vectors`. Texts are encoded in batches, in their order, so one call for many is faster than many calls.
kq_status kq_embed_many(kq_session *session, const kq_text *texts, size_t count, float *vectors, size_t capacity,
                        kq_error *error);

#ifdef __cplusplus
}
#endif

#endif
