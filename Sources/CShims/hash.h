// The parts of XXH3 that take time, compiled for AVX2 beside the baseline of x86-64.
#ifndef KQS_HASH_H
#define KQS_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t kqs_hash_avx2(const void *bytes, size_t count);
// `state` is an XXH3_state_t, whose layout is the same for all instructions.
void kqs_hash_update_avx2(void *state, const void *bytes, size_t count);

#endif
