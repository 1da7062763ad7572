// What lossless coding makes of a stored model file's sections: see Benchmarks/compression.
//
//   compression FILE < SECTIONS     a line "NAME OFFSET LENGTH ROWS" for each: ROWS of weights in kernel layout, else 0
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zdict.h>
#include <zstd.h>

enum { block_bytes = 192 << 10, repeats = 5 };

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

static void require(int good, const char *what) {
  if (good) return;
  fprintf(stderr, "compression: %s\n", what);
  exit(65);
}

typedef struct {
  double bytes, compress, decompress;
} result;

// Blocks of `block` bytes on their own, with a dictionary or NULL; GB/s are the least time of all repeats.
static result code(const uint8_t *raw, size_t count, size_t block, int level, const void *words, size_t word_bytes) {
  size_t bound = ZSTD_compressBound(block), blocks = (count + block - 1) / block, total = 0;
  uint8_t *packed = malloc(bound * blocks), *output = malloc(block);
  size_t *lengths = malloc(blocks * sizeof *lengths);
  require(packed && output && lengths, "no memory");
  // Touches the pages before the clock runs.
  memset(packed, 0, bound * blocks);
  ZSTD_CCtx *compressor = ZSTD_createCCtx();
  ZSTD_DCtx *decompressor = ZSTD_createDCtx();
  ZSTD_CDict *encoding = words ? ZSTD_createCDict(words, word_bytes, level) : NULL;
  ZSTD_DDict *decoding = words ? ZSTD_createDDict(words, word_bytes) : NULL;
  result best = {0, 1e9, 1e9};
  double start = seconds();
  for (size_t i = 0; i < blocks; i++) {
    size_t n = count - i * block < block ? count - i * block : block;
    lengths[i] = words ? ZSTD_compress_usingCDict(compressor, packed + i * bound, bound, raw + i * block, n, encoding)
                       : ZSTD_compressCCtx(compressor, packed + i * bound, bound, raw + i * block, n, level);
    require(!ZSTD_isError(lengths[i]), "a block cannot be compressed");
    total += lengths[i];
  }
  best.compress = seconds() - start;
  for (int r = 0; r < repeats; r++) {
    start = seconds();
    for (size_t i = 0; i < blocks; i++) {
      size_t n = count - i * block < block ? count - i * block : block, got;
      got = words ? ZSTD_decompress_usingDDict(decompressor, output, block, packed + i * bound, lengths[i], decoding)
                  : ZSTD_decompressDCtx(decompressor, output, block, packed + i * bound, lengths[i]);
      require(got == n, "a block cannot be decoded");
      if (r == 0) require(memcmp(output, raw + i * block, n) == 0, "a block changed");
    }
    double spent = seconds() - start;
    if (spent < best.decompress) best.decompress = spent;
  }
  best.bytes = (double)total;
  ZSTD_freeCDict(encoding), ZSTD_freeDDict(decoding), ZSTD_freeCCtx(compressor), ZSTD_freeDCtx(decompressor);
  free(packed), free(output), free(lengths);
  return best;
}

static void row(const char *name, result r, size_t count) {
  printf("%-28s %9.3f %% %10.3f %10.2f\n", name, 100 * r.bytes / count, count / r.compress / 1e9, count / r.decompress / 1e9);
}

// Bytes that an ideal coder of order 0 takes, with statistics of its own for each of `contexts`.
static double entropy(const uint8_t *raw, size_t count, const uint16_t *context_of, size_t period, size_t contexts) {
  static uint64_t seen[4096][256];
  memset(seen, 0, sizeof seen);
  for (size_t i = 0; i < count; i++) seen[context_of ? context_of[i % period] : 0][raw[i]]++;
  double bits = 0;
  for (size_t c = 0; c < contexts; c++) {
    uint64_t total = 0;
    for (int v = 0; v < 256; v++) total += seen[c][v];
    for (int v = 0; v < 256; v++)
      if (seen[c][v]) bits -= seen[c][v] * log2((double)seen[c][v] / total);
  }
  return bits / 8;
}

// A panel is K/4 x 16 outputs x 4 inputs: the byte at i belongs to input i / 64 * 4 + i % 4 and to output i / 4 % 16.
// Sixteen sets of statistics by the variance of the input channel.
static double entropy_by_input(const uint8_t *raw, size_t count, size_t panel) {
  size_t inputs = panel / 16;
  double *energy = calloc(inputs, sizeof *energy);
  uint16_t *set = malloc(panel * sizeof *set);
  require(energy && set, "no memory");
  for (size_t i = 0; i < count; i++) {
    double v = (int8_t)raw[i];
    energy[i % panel / 64 * 4 + i % 4] += v * v;
  }
  for (size_t i = 0; i < panel; i++) {
    size_t input = i / 64 * 4 + i % 4, smaller = 0;
    for (size_t j = 0; j < inputs; j++) smaller += energy[j] < energy[input];
    set[i] = (uint16_t)(smaller * 16 / inputs);
  }
  double bytes = entropy(raw, count, set, panel, 16);
  free(energy), free(set);
  return bytes;
}

static uint8_t *planes(const uint8_t *raw, size_t count) {
  uint8_t *out = malloc(count);
  require(out != NULL, "no memory");
  for (size_t i = 0; i < count; i++) out[i % 4 * (count / 4) + i / 4] = raw[i];
  return out;
}

int main(int count, char **arguments) {
  require(count == 2, "usage: compression FILE < SECTIONS");
  FILE *file = fopen(arguments[1], "rb");
  require(file != NULL, "the file cannot be opened");
  char name[64];
  size_t offset, length, rows, used_weights = 0, used_tables = 0;
  uint8_t *weights = NULL, *tables = NULL;
  printf("%-28s %11s %10s %10s\n", "section, coding", "of the raw", "GB/s in", "GB/s out");
  while (scanf("%63s %zu %zu %zu", name, &offset, &length, &rows) == 4) {
    uint8_t *raw = malloc(length);
    require(raw && fseek(file, (long)offset, SEEK_SET) == 0 && fread(raw, 1, length, file) == length, "a short file");
    if (rows > 0) {
      row(name, code(raw, length, block_bytes, 3, NULL, 0), length);
      printf("%-28s %9.3f %%\n", "  order 0", 100 * entropy(raw, length, NULL, 1, 1) / length);
      printf("%-28s %9.3f %%\n", "  sets by input channel", 100 * entropy_by_input(raw, length, length / rows) / length);
      weights = realloc(weights, used_weights + length);
      require(weights != NULL, "no memory");
      memcpy(weights + used_weights, raw, length);
      used_weights += length;
    } else {
      tables = realloc(tables, used_tables + length);
      require(tables != NULL, "no memory");
      memcpy(tables + used_tables, raw, length);
      used_tables += length;
    }
    free(raw);
  }
  int levels[] = {1, 3, 6, 12, 19};
  for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
    snprintf(name, sizeof name, "weights, level %d", levels[i]);
    row(name, code(weights, used_weights, block_bytes, levels[i], NULL, 0), used_weights);
  }
  size_t sizes[] = {24, 64, 128, 256, 1024};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    snprintf(name, sizeof name, "weights, blocks of %zu KiB", sizes[i]);
    row(name, code(weights, used_weights, sizes[i] << 10, 3, NULL, 0), used_weights);
  }
  // Trained on every other block of 24 KiB.
  size_t sample = 24 << 10, samples = used_weights / (2 * sample), capacity = 16 << 10;
  uint8_t *training = malloc(samples * sample), *words = malloc(capacity);
  size_t *sample_sizes = malloc(samples * sizeof *sample_sizes);
  require(training && words && sample_sizes, "no memory");
  for (size_t i = 0; i < samples; i++) {
    memcpy(training + i * sample, weights + 2 * i * sample, sample);
    sample_sizes[i] = sample;
  }
  size_t trained = ZDICT_trainFromBuffer(words, capacity, training, sample_sizes, (unsigned)samples);
  if (ZDICT_isError(trained)) {
    printf("weights, dictionary          none: %s\n", ZDICT_getErrorName(trained));
  } else {
    row("weights, 16 KiB dictionary", code(weights, used_weights, block_bytes, 3, words, trained), used_weights);
    row("  the same, 24 KiB blocks", code(weights, used_weights, sample, 3, words, trained), used_weights);
  }
  if (used_tables > 0) {
    row("tables, level 3", code(tables, used_tables, block_bytes, 3, NULL, 0), used_tables);
    uint8_t *planar = planes(tables, used_tables);
    row("tables, bytes in planes", code(planar, used_tables, block_bytes, 3, NULL, 0), used_tables);
    free(planar);
  }
  free(weights), free(tables), free(training), free(words), free(sample_sizes);
  fclose(file);
}
