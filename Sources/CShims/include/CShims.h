// What Swift cannot reach by itself without Foundation or a C library module: the operating system,
// libzstd, XXH3 and the CPU's identification.
//
// The header is freestanding, because Embedded Swift imports it for targets without a C library. The .c files
// need POSIX with Linux extensions. Unless said otherwise, functions return 0 (or a count, or a descriptor)
// on success and the negated errno on failure; none of them touches a caller's errno on purpose, retries
// after EINTR, or prints.
#ifndef KQS_CSHIMS_H
#define KQS_CSHIMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tiles.h"

// ---- Files (files.c): paths are NUL-terminated bytes, descriptors are close-on-exec.

// The part of `struct stat` that readers and the atomic writer decide by; its layout is ours, not the
// platform's.
typedef struct {
  int64_t size;
  uint64_t device;
  uint64_t inode;
  int64_t modified;  // time of the last change of the contents, in nanoseconds
  uint32_t mode;  // permission bits only
  bool is_regular;
  bool is_directory;
} kqs_status;

// Opens for reading; never blocks on a FIFO that nobody writes.
int32_t kqs_open(const char *path);
// Opens for reading from the start to the end; waits for whoever writes a FIFO.
int32_t kqs_open_stream(const char *path);
// Opens a directory, to fsync the renames in it.
int32_t kqs_open_directory(const char *path);
// Creates a file that must not exist yet, for reading and writing; `mode` is subject to the umask.
int32_t kqs_create(const char *path, uint32_t mode);
// Creates a file without a name in `directory`, which vanishes with its descriptor: an interrupted program
// leaves nothing behind. -EOPNOTSUPP where the filesystem, the kernel or a missing /proc rule it out.
int32_t kqs_create_nameless(const char *directory, uint32_t mode);
// Gives a nameless file a name that must not exist yet.
int32_t kqs_name(int32_t descriptor, const char *path);
// A descriptor of its own for the same open file.
int32_t kqs_duplicate(int32_t descriptor);
int32_t kqs_close(int32_t descriptor);
int32_t kqs_descriptor_status(int32_t descriptor, kqs_status *status);
// Follows symbolic links.
int32_t kqs_path_status(const char *path, kqs_status *status);
// The absolute path without symbolic links, NUL-terminated, so that replacing a link replaces its target.
int32_t kqs_resolve(const char *path, char *buffer, size_t capacity);
int64_t kqs_read(int32_t descriptor, void *buffer, size_t count);
int64_t kqs_write(int32_t descriptor, const void *buffer, size_t count);
int64_t kqs_read_at(int32_t descriptor, void *buffer, size_t count, int64_t offset);
int64_t kqs_write_at(int32_t descriptor, const void *buffer, size_t count, int64_t offset);
int32_t kqs_sync(int32_t descriptor);
int32_t kqs_set_mode(int32_t descriptor, uint32_t mode);
int32_t kqs_rename(const char *from, const char *to);
int32_t kqs_unlink(const char *path);
// Random bytes for the names of temporary files.
int32_t kqs_random(void *buffer, size_t count);
// The system's text for a (positive) errno, NUL-terminated, truncated to fit; thread-safe.
void kqs_error_text(int32_t code, char *buffer, size_t capacity);

// errno values that callers tell apart; their numbers differ between platforms.
enum {
  KQS_EINTR = 0,
  KQS_ENOMEM,
  KQS_ENOENT,
  KQS_EEXIST,
  KQS_EISDIR,
  KQS_ENOTDIR,
  KQS_EACCES,
  KQS_EINVAL,
  KQS_EIO,
  KQS_ENOSPC,
  KQS_EOPNOTSUPP,
  KQS_EPIPE
};
// The platform's number of one of the names above.
int32_t kqs_errno(int32_t name);

// Whether people watch the descriptor.
bool kqs_is_terminal(int32_t descriptor);
// The value of an environment variable, NUL-terminated; NULL when it is not set.
const char *kqs_environment(const char *name);
// Lets SIGQUIT and SIGABRT end the process, as they do unless somebody handles them: Swift's runtime prints a backtrace
// and returns, so that a program to which they are sent would go on.
void kqs_restore_quit(void);

// ---- Memory (memory.c)

// Maps `length` > 0 bytes of a file from its start, read-only.
int32_t kqs_map(int32_t descriptor, size_t length, void **address);
int32_t kqs_unmap(void *address, size_t length);
// Asks for huge pages from a page's start on; only a hint, to be given before the memory is touched.
void kqs_prefer_huge_pages(void *address, size_t length);
// Bytes of one page.
size_t kqs_page_size(void);
// `alignment` is a power of two and a multiple of the size of a pointer; NULL when there is no memory.
void *kqs_allocate(size_t alignment, size_t size);
void kqs_free(void *address);

// ---- Hash (hash.c): XXH3, 64 bits, seed 0.

uint64_t kqs_hash(const void *bytes, size_t count);
// For data that arrives in pieces; NULL when there is no memory.
typedef struct kqs_hasher kqs_hasher;
kqs_hasher *kqs_hasher_create(void);
void kqs_hasher_reset(kqs_hasher *hasher);
void kqs_hasher_update(kqs_hasher *hasher, const void *bytes, size_t count);
uint64_t kqs_hasher_digest(const kqs_hasher *hasher);
void kqs_hasher_destroy(kqs_hasher *hasher);

// ---- zstd, decoding (decompress.c)

// A reusable decoding context of a fixed size (about 100 KiB), for one thread at a time; NULL when there is
// no memory.
typedef struct kqs_decompressor kqs_decompressor;
kqs_decompressor *kqs_decompressor_create(void);
void kqs_decompressor_destroy(kqs_decompressor *decompressor);
typedef enum {
  KQS_ZSTD_OK = 0,
  // Not exactly one zstd frame.
  KQS_ZSTD_NOT_A_FRAME,
  // The frame declares no content size, or another one than expected.
  KQS_ZSTD_WRONG_SIZE,
  // The frame cannot be decoded.
  KQS_ZSTD_CORRUPT,
} kqs_zstd_result;
// Decodes `input`, which must be exactly one frame without a dictionary and declare a content of exactly
// `output_count` bytes. Decodes straight into `output`, so no window is allocated whatever the frame says.
kqs_zstd_result kqs_decompress(kqs_decompressor *decompressor, const void *input, size_t input_count, void *output,
                               size_t output_count);

// ---- zstd, encoding (compress.c: its own object, so that a program that only reads does not link it)

typedef struct kqs_compressor kqs_compressor;
// NULL when there is no memory or the level does not exist. The window is at most 8 MiB.
kqs_compressor *kqs_compressor_create(int32_t level);
void kqs_compressor_destroy(kqs_compressor *compressor);
// Capacity with which compressing `count` bytes cannot fail for want of room; 0 when there is no such size.
size_t kqs_compress_bound(size_t count);
// Bytes of the frame, or a negated errno: -ENOSPC when `capacity` is too small, else -ENOMEM or -EINVAL.
int64_t kqs_compress(kqs_compressor *compressor, const void *input, size_t input_count, void *output, size_t capacity);

// ---- CPU (cpu.c)

// Sets of instructions that the CPU has and the operating system has switched on, as the kernel targets are
// compiled for them.
enum {
  KQS_CPU_AVX2 = 1u << 0,          // AVX2 and FMA
  KQS_CPU_AVX512_VNNI = 1u << 1,   // x86-64-v4 and AVX512-VNNI
  KQS_CPU_AVX_VNNI = 1u << 2,      // AVX2, FMA and the 256-bit VEX form of VNNI
  KQS_CPU_AMX_INT8 = 1u << 3,      // AMX with int8 products, for processes that kqs_request_tiles says yes to
  KQS_CPU_NEON = 1u << 8,          // Advanced SIMD; on 32-bit ARM together with VFPv4
  KQS_CPU_NEON_DOTPROD = 1u << 9,  // sdot, udot
  KQS_CPU_NEON_I8MM = 1u << 10,    // smmla, usdot
};
uint32_t kqs_cpu_features(void);
#if defined(__x86_64__)
// Tile registers are eight times as large as all others together: the kernel saves them only for processes that ask, for
// all of their threads and for good (Documentation/arch/x86/xstate.rst).
bool kqs_request_tiles(void);
#endif
#if defined(__arm__)
// KernelsNEON, of which the floats' target of 32-bit ARM knows these names alone: it is compiled without NEON and
// cannot import it. `tile` is an Int8Tile.
void kqs_multiply_tile_neon(const void *tile);
// InstructionSet.addPairProducts for one row and one panel. `tile` is an Int16Tile, `sum` 16 integers.
void kqs_add_pair_products_neon(const void *tile, void *sum);
#endif
// The maker's name of the CPU or board, NUL-terminated, "" when it is not told.
void kqs_cpu_name(char *buffer, size_t capacity);
// CPUs that the scheduler may run this process on; at least 1.
uint32_t kqs_cpu_affinity_count(void);
// Monotonic clock, for measuring.
uint64_t kqs_nanoseconds(void);

// Asks for the cache line at `address`, which may be anywhere, to be brought into the second-level cache.
static inline void kqs_prefetch(const void *address) { __builtin_prefetch(address, 0, 2); }

// ---- Threads (pool.c)

// A fixed set of threads for parallel loops. Idle threads sleep and use no CPU; threads are not pinned and
// take no signals.
typedef struct kqs_pool kqs_pool;
typedef void (*kqs_pool_body)(void *context, size_t index, size_t worker);
// `threads` counts the caller of kqs_pool_run. Fewer are created when the system refuses some; NULL only
// when there is no memory.
kqs_pool *kqs_pool_create(size_t threads);
// Threads that take part, the caller included.
size_t kqs_pool_threads(const kqs_pool *pool);
// Calls body(context, i, w) once for each i < count and returns when all calls have returned. Indices are
// handed out one by one in ascending order; `w` < kqs_pool_threads and no two calls run at a time with the
// same w. Callers on several threads take turns. A body must not call kqs_pool_run on the same pool.
void kqs_pool_run(kqs_pool *pool, size_t count, kqs_pool_body body, void *context);
// No run may be under way.
void kqs_pool_destroy(kqs_pool *pool);

// Within a run: waits until `counter` has been advanced to `value`, and sees what was written before. The calls that
// advance it must have been handed out already.
void kqs_await(const uint32_t *counter, uint32_t value);
// Adds one.
void kqs_advance(uint32_t *counter);

#endif
