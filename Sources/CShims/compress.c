#include "CShims.h"

#include <errno.h>
#include <zstd.h>
#include <zstd_errors.h>

enum { largest_window_log = 23 };

kqs_compressor *kqs_compressor_create(int32_t level) {
  if (level < ZSTD_minCLevel() || level > ZSTD_maxCLevel()) return NULL;
  ZSTD_CCtx *context = ZSTD_createCCtx();
  if (context == NULL) return NULL;
  // The format has hashes of its own; a content size is what the reader insists on.
  bool failed = ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)) ||
                ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 1)) ||
                ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 0)) ||
                ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_dictIDFlag, 0));
  if (level > 19) {
    failed = failed || ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, largest_window_log));
  }
  if (failed) {
    ZSTD_freeCCtx(context);
    return NULL;
  }
  return (kqs_compressor *)context;
}

void kqs_compressor_destroy(kqs_compressor *compressor) { ZSTD_freeCCtx((ZSTD_CCtx *)compressor); }

size_t kqs_compress_bound(size_t count) {
  size_t bound = ZSTD_compressBound(count);
  return ZSTD_isError(bound) || bound < count ? 0 : bound;
}

int64_t kqs_compress(kqs_compressor *compressor, const void *input, size_t input_count, void *output,
                     size_t capacity) {
  size_t size = ZSTD_compress2((ZSTD_CCtx *)compressor, output, capacity, input, input_count);
  if (!ZSTD_isError(size)) return (int64_t)size;
  switch (ZSTD_getErrorCode(size)) {
    case ZSTD_error_dstSize_tooSmall: return -ENOSPC;
    case ZSTD_error_memory_allocation: return -ENOMEM;
    default: return -EINVAL;
  }
}
