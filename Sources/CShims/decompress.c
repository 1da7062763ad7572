#include "CShims.h"

#include <string.h>
#include <zstd.h>

kqs_decompressor *kqs_decompressor_create(void) { return (kqs_decompressor *)ZSTD_createDCtx(); }

void kqs_decompressor_destroy(kqs_decompressor *decompressor) { ZSTD_freeDCtx((ZSTD_DCtx *)decompressor); }

// libzstd may also accept its formats from before 1.0; only the standardized one is read here.
static bool has_magic(const unsigned char *input, size_t count) {
  static const unsigned char magic[4] = {0x28, 0xB5, 0x2F, 0xFD};
  return count >= sizeof magic && memcmp(input, magic, sizeof magic) == 0;
}

kqs_zstd_result kqs_decompress(kqs_decompressor *decompressor, const void *input, size_t input_count, void *output,
                               size_t output_count) {
  if (!has_magic(input, input_count)) return KQS_ZSTD_NOT_A_FRAME;
  if (ZSTD_getFrameContentSize(input, input_count) != output_count) return KQS_ZSTD_WRONG_SIZE;
  if (ZSTD_findFrameCompressedSize(input, input_count) != input_count) return KQS_ZSTD_NOT_A_FRAME;
  size_t decoded = ZSTD_decompressDCtx((ZSTD_DCtx *)decompressor, output, output_count, input, input_count);
  return !ZSTD_isError(decoded) && decoded == output_count ? KQS_ZSTD_OK : KQS_ZSTD_CORRUPT;
}
