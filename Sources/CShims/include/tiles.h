// The tile registers of Intel AMX, which Swift cannot name: eight of them, by number, each up to 16 rows of 64 bytes.
//
// Only targets compiled for AMX see this. Blocks of two by two tiles use 0 … 3 for sums, 4 and 5 for rows of
// activations, 6 and 7 for panels of weights; blocks of one by four use 0 … 3, 4, and 5 … 7.
#ifndef KQS_TILES_H
#define KQS_TILES_H

#if defined(__AMX_INT8__)
#include <stddef.h>
#include <stdint.h>

enum { KQS_TILE_BYTES = 64, KQS_TILE_ROWS = 16 };

// The operand of `ldtilecfg`, palette 1.
typedef struct {
  uint8_t palette, start_row, reserved[14];
  uint16_t row_bytes[16];
  uint8_t rows[16];
} kqs_tile_configuration;

// Tiles for `first` rows and, in blocks of two by two, `second` more; 1 … 16 each, `second` 0 in blocks of one by four.
static inline void kqs_tiles_configure(uint32_t first, uint32_t second) {
  kqs_tile_configuration c = {.palette = 1};
  for (int tile = 0; tile < 8; tile++) {
    c.row_bytes[tile] = KQS_TILE_BYTES;
    c.rows[tile] = KQS_TILE_ROWS;
  }
  c.rows[0] = c.rows[1] = c.rows[4] = (uint8_t)first;
  c.rows[2] = c.rows[3] = (uint8_t)(second ? second : first);
  if (second) c.rows[5] = (uint8_t)second;
  __builtin_ia32_tile_loadconfig(&c);
}

// Gives the registers back, so that the kernel need not save them.
static inline void kqs_tiles_release(void) { __builtin_ia32_tilerelease(); }

static inline void kqs_tiles_clear(void) {
  __builtin_ia32_tilezero(0);
  __builtin_ia32_tilezero(1);
  __builtin_ia32_tilezero(2);
  __builtin_ia32_tilezero(3);
}

// Adds 64 inputs of two tiles of rows (the second `second` bytes after the first) times two panels. Rows are read once
// for many panels that come from further away: the hint keeps them from taking the weights' place in the nearest cache.
static inline void kqs_tiles_multiply_2x2(
    const void *rows, size_t second, const void *weights, size_t panel_stride) {
  __builtin_ia32_tileloadd64(6, weights, KQS_TILE_BYTES);
  __builtin_ia32_tileloaddt164(4, rows, KQS_TILE_BYTES);
  __builtin_ia32_tdpbusd(0, 4, 6);
  __builtin_ia32_tileloaddt164(5, (const char *)rows + second, KQS_TILE_BYTES);
  __builtin_ia32_tdpbusd(2, 5, 6);
  __builtin_ia32_tileloadd64(7, (const char *)weights + panel_stride, KQS_TILE_BYTES);
  __builtin_ia32_tdpbusd(1, 4, 7);
  __builtin_ia32_tdpbusd(3, 5, 7);
}

// One tile of bytes as both tiles of rows and both of weights, and their products: what the unit can do at most.
static inline void kqs_tiles_load(const void *tile) {
  __builtin_ia32_tileloadd64(4, tile, KQS_TILE_BYTES);
  __builtin_ia32_tileloadd64(5, tile, KQS_TILE_BYTES);
  __builtin_ia32_tileloadd64(6, tile, KQS_TILE_BYTES);
  __builtin_ia32_tileloadd64(7, tile, KQS_TILE_BYTES);
}

static inline void kqs_tiles_multiply(void) {
  __builtin_ia32_tdpbusd(0, 4, 6);
  __builtin_ia32_tdpbusd(1, 4, 7);
  __builtin_ia32_tdpbusd(2, 5, 6);
  __builtin_ia32_tdpbusd(3, 5, 7);
}

// Adds 64 inputs of one tile of rows times four panels.
static inline void kqs_tiles_multiply_1x4(const void *rows, const void *weights, size_t panel_stride) {
  __builtin_ia32_tileloadd64(4, rows, KQS_TILE_BYTES);
  __builtin_ia32_tileloadd64(5, weights, KQS_TILE_BYTES);
  __builtin_ia32_tdpbusd(0, 4, 5);
  __builtin_ia32_tileloadd64(6, (const char *)weights + panel_stride, KQS_TILE_BYTES);
  __builtin_ia32_tdpbusd(1, 4, 6);
  __builtin_ia32_tileloadd64(7, (const char *)weights + 2 * panel_stride, KQS_TILE_BYTES);
  __builtin_ia32_tdpbusd(2, 4, 7);
  __builtin_ia32_tileloadd64(5, (const char *)weights + 3 * panel_stride, KQS_TILE_BYTES);
  __builtin_ia32_tdpbusd(3, 4, 5);
}

// Fetches the lines `first ..< last` of 64 inputs of some panels, 16 lines of each, into the second-level cache.
static inline void kqs_tiles_fetch(const void *weights, size_t panel_stride, uint32_t first, uint32_t last) {
  for (uint32_t line = first; line < last; line++) {
    const char *panel = (const char *)weights + (line / KQS_TILE_ROWS) * panel_stride;
    __builtin_prefetch(panel + line % KQS_TILE_ROWS * KQS_TILE_BYTES, 0, 2);
  }
}

// Stores tiles 0 … 3, one beside the other in the rows of `sums` (one by four).
static inline void kqs_tiles_store_1x4(void *sums, size_t row_stride) {
  __builtin_ia32_tilestored64(0, sums, row_stride);
  __builtin_ia32_tilestored64(1, (char *)sums + KQS_TILE_BYTES, row_stride);
  __builtin_ia32_tilestored64(2, (char *)sums + 2 * KQS_TILE_BYTES, row_stride);
  __builtin_ia32_tilestored64(3, (char *)sums + 3 * KQS_TILE_BYTES, row_stride);
}

// Stores tiles 0 and 1 in the first rows of `sums`, 2 and 3 `second` bytes after them (two by two).
static inline void kqs_tiles_store_2x2(void *sums, size_t row_stride, size_t second) {
  __builtin_ia32_tilestored64(0, sums, row_stride);
  __builtin_ia32_tilestored64(1, (char *)sums + KQS_TILE_BYTES, row_stride);
  __builtin_ia32_tilestored64(2, (char *)sums + second, row_stride);
  __builtin_ia32_tilestored64(3, (char *)sums + second + KQS_TILE_BYTES, row_stride);
}
#endif

#endif
