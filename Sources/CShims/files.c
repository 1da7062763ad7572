#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include "CShims.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static int32_t result(int value) { return value < 0 ? -errno : value; }

int32_t kqs_open(const char *path) { return result(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)); }

int32_t kqs_open_stream(const char *path) { return result(open(path, O_RDONLY | O_CLOEXEC)); }

int32_t kqs_open_directory(const char *path) { return result(open(path, O_RDONLY | O_CLOEXEC | O_DIRECTORY)); }

int32_t kqs_create(const char *path, uint32_t mode) {
  return result(open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, (mode_t)mode));
}

// "/proc/self/fd/N": the name by which linkat reaches a nameless file without privileges.
static void descriptor_path(int32_t descriptor, char *buffer, size_t capacity) {
  snprintf(buffer, capacity, "/proc/self/fd/%d", (int)descriptor);
}

int32_t kqs_create_nameless(const char *directory, uint32_t mode) {
#ifdef O_TMPFILE
  int descriptor = open(directory, O_RDWR | O_TMPFILE | O_CLOEXEC, (mode_t)mode);
  if (descriptor < 0) {
    // Kernels without O_TMPFILE see an attempt to write to a directory.
    return errno == EISDIR || errno == EINVAL ? -EOPNOTSUPP : -errno;
  }
  char path[64];
  descriptor_path(descriptor, path, sizeof path);
  if (access(path, F_OK) != 0) {
    close(descriptor);
    return -EOPNOTSUPP;
  }
  return descriptor;
#else
  (void)directory, (void)mode;
  return -EOPNOTSUPP;
#endif
}

int32_t kqs_name(int32_t descriptor, const char *path) {
  char from[64];
  descriptor_path(descriptor, from, sizeof from);
  return result(linkat(AT_FDCWD, from, AT_FDCWD, path, AT_SYMLINK_FOLLOW));
}

int32_t kqs_duplicate(int32_t descriptor) { return result(fcntl(descriptor, F_DUPFD_CLOEXEC, 0)); }

int32_t kqs_close(int32_t descriptor) { return result(close(descriptor)); }

static int32_t fill(kqs_status *status, int outcome, const struct stat *information) {
  if (outcome < 0) return -errno;
  status->size = (int64_t)information->st_size;
  status->device = (uint64_t)information->st_dev;
  status->inode = (uint64_t)information->st_ino;
  status->modified = (int64_t)information->st_mtim.tv_sec * 1000000000 + information->st_mtim.tv_nsec;
  status->mode = (uint32_t)information->st_mode & 07777;
  status->is_regular = S_ISREG(information->st_mode);
  status->is_directory = S_ISDIR(information->st_mode);
  return 0;
}

int32_t kqs_descriptor_status(int32_t descriptor, kqs_status *status) {
  struct stat information;
  int outcome = fstat(descriptor, &information);
  return fill(status, outcome, &information);
}

int32_t kqs_path_status(const char *path, kqs_status *status) {
  struct stat information;
  int outcome = stat(path, &information);
  return fill(status, outcome, &information);
}

int32_t kqs_resolve(const char *path, char *buffer, size_t capacity) {
  char *resolved = realpath(path, NULL);
  if (resolved == NULL) return -errno;
  size_t length = strlen(resolved);
  int32_t outcome = length < capacity ? 0 : -ENAMETOOLONG;
  if (outcome == 0) memcpy(buffer, resolved, length + 1);
  free(resolved);
  return outcome;
}

// Counts above SSIZE_MAX are implementation-defined in POSIX; callers loop over short transfers anyway.
static size_t bounded(size_t count) { return count < SSIZE_MAX ? count : SSIZE_MAX; }

int64_t kqs_read(int32_t descriptor, void *buffer, size_t count) {
  ssize_t done = read(descriptor, buffer, bounded(count));
  return done < 0 ? -(int64_t)errno : done;
}

int64_t kqs_write(int32_t descriptor, const void *buffer, size_t count) {
  ssize_t done = write(descriptor, buffer, bounded(count));
  return done < 0 ? -(int64_t)errno : done;
}

int64_t kqs_read_at(int32_t descriptor, void *buffer, size_t count, int64_t offset) {
  ssize_t done = pread(descriptor, buffer, bounded(count), (off_t)offset);
  return done < 0 ? -(int64_t)errno : done;
}

int64_t kqs_write_at(int32_t descriptor, const void *buffer, size_t count, int64_t offset) {
  ssize_t done = pwrite(descriptor, buffer, bounded(count), (off_t)offset);
  return done < 0 ? -(int64_t)errno : done;
}

int32_t kqs_sync(int32_t descriptor) { return result(fsync(descriptor)); }

int32_t kqs_set_mode(int32_t descriptor, uint32_t mode) { return result(fchmod(descriptor, (mode_t)mode)); }

int32_t kqs_rename(const char *from, const char *to) { return result(rename(from, to)); }

int32_t kqs_unlink(const char *path) { return result(unlink(path)); }

int32_t kqs_random(void *buffer, size_t count) {
  ssize_t done = getrandom(buffer, count, 0);
  if (done < 0) return -errno;
  return (size_t)done == count ? 0 : -EAGAIN;
}
