// Without _GNU_SOURCE, so that strerror_r is the POSIX function that fills the caller's buffer.
#define _POSIX_C_SOURCE 200809L
#include "CShims.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

void kqs_error_text(int32_t code, char *buffer, size_t capacity) {
  if (capacity == 0) return;
  buffer[0] = 0;
  int outcome = strerror_r(code, buffer, capacity);
  if (outcome != 0 && outcome != ERANGE) snprintf(buffer, capacity, "error %d", (int)code);
  buffer[capacity - 1] = 0;
}

int32_t kqs_errno(int32_t name) {
  switch (name) {
    case KQS_EINTR: return EINTR;
    case KQS_ENOMEM: return ENOMEM;
    case KQS_ENOENT: return ENOENT;
    case KQS_EEXIST: return EEXIST;
    case KQS_EISDIR: return EISDIR;
    case KQS_ENOTDIR: return ENOTDIR;
    case KQS_EACCES: return EACCES;
    case KQS_EINVAL: return EINVAL;
    case KQS_EIO: return EIO;
    case KQS_ENOSPC: return ENOSPC;
    case KQS_EOPNOTSUPP: return EOPNOTSUPP;
    case KQS_EPIPE: return EPIPE;
    default: return EINVAL;
  }
}
