#define _GNU_SOURCE
#include "CShims.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <cpuid.h>

static bool has(uint32_t value, uint32_t bits) { return (value & bits) == bits; }

// XCR0: which register states the operating system saves and restores.
static uint64_t enabled_states(void) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}

bool kqs_request_tiles(void) {
  const long request_permission = 0x1023, tile_data = 18;
  return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}

uint32_t kqs_cpu_features(void) {
  const uint64_t avx_state = 0x06, avx512_state = 0xE6, tile_state = 0x60000;
  uint32_t a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !has(c, bit_OSXSAVE | bit_AVX)) return 0;
  uint32_t leaf1 = c;
  uint64_t states = enabled_states();
  uint32_t leaf7b, leaf7c, leaf7d, highest;
  if (!__get_cpuid_count(7, 0, &highest, &leaf7b, &leaf7c, &leaf7d)) return 0;
  if ((states & avx_state) != avx_state || !has(leaf1, bit_FMA) || !has(leaf7b, bit_AVX2)) return 0;
  uint32_t features = KQS_CPU_AVX2;

  uint32_t extended = 0;
  if (__get_cpuid(0x80000001, &a, &b, &c, &d)) extended = c;
  // A target compiled for x86-64-v4 may use all of this, not just the vectors.
  bool version3 = has(leaf1, bit_F16C | bit_MOVBE) && has(leaf7b, bit_BMI | bit_BMI2) && has(extended, bit_LZCNT);
  bool version4 = has(leaf7b, bit_AVX512F | bit_AVX512BW | bit_AVX512CD | bit_AVX512DQ | bit_AVX512VL);
  if (version3 && version4 && has(leaf7c, bit_AVX512VNNI) && (states & avx512_state) == avx512_state) {
    features |= KQS_CPU_AVX512_VNNI;
    const uint32_t tiles = 1u << 24, int8_products = 1u << 25;
    if (has(leaf7d, tiles | int8_products) && (states & tile_state) == tile_state) {
      features |= KQS_CPU_AMX_INT8;
    }
  }
  if (highest >= 1 && __get_cpuid_count(7, 1, &a, &b, &c, &d) && has(a, 1u << 4)) features |= KQS_CPU_AVX_VNNI;
  return features;
}

void kqs_cpu_name(char *buffer, size_t capacity) {
  if (capacity == 0) return;
  uint32_t words[12] = {0};
  for (uint32_t leaf = 0; leaf < 3; leaf++) {
    uint32_t *w = words + 4 * leaf;
    if (!__get_cpuid(0x80000002 + leaf, w, w + 1, w + 2, w + 3)) break;
  }
  char name[sizeof words + 1];
  memcpy(name, words, sizeof words);
  name[sizeof words] = 0;
  size_t length = strlen(name);
  while (length > 0 && name[length - 1] == ' ') name[--length] = 0;
  snprintf(buffer, capacity, "%s", name + strspn(name, " "));
}

#else

#if defined(__aarch64__)
#include <sys/auxv.h>

uint32_t kqs_cpu_features(void) {
  // From the kernel's <asm/hwcap.h>, which older systems have without the newest names.
  const unsigned long asimd = 1ul << 1, asimd_dotprod = 1ul << 20, i8mm = 1ul << 13;
  unsigned long capabilities = getauxval(AT_HWCAP), more = getauxval(AT_HWCAP2);
  uint32_t features = 0;
  if (capabilities & asimd) features |= KQS_CPU_NEON;
  if (capabilities & asimd_dotprod) features |= KQS_CPU_NEON_DOTPROD;
  if (more & i8mm) features |= KQS_CPU_NEON_I8MM;
  return features;
}
#elif defined(__arm__)
#include <sys/auxv.h>

uint32_t kqs_cpu_features(void) {
  const unsigned long neon = 1ul << 12, vfpv4 = 1ul << 16;
  const unsigned long needed = neon | vfpv4;
  return (getauxval(AT_HWCAP) & needed) == needed ? KQS_CPU_NEON : 0;
}
#else
uint32_t kqs_cpu_features(void) { return 0; }
#endif

// The value of the first line of /proc/cpuinfo whose key is `key`.
static bool find_in_cpuinfo(const char *key, char *buffer, size_t capacity) {
  FILE *file = fopen("/proc/cpuinfo", "re");
  if (file == NULL) return false;
  char line[256];
  bool found = false;
  while (!found && fgets(line, sizeof line, file) != NULL) {
    char *colon = strchr(line, ':');
    if (colon == NULL || strncmp(line, key, strlen(key)) != 0) continue;
    char *value = colon + 1 + strspn(colon + 1, " \t");
    value[strcspn(value, "\n")] = 0;
    snprintf(buffer, capacity, "%s", value);
    found = true;
  }
  fclose(file);
  return found;
}

void kqs_cpu_name(char *buffer, size_t capacity) {
  if (capacity == 0) return;
  buffer[0] = 0;
  if (find_in_cpuinfo("model name", buffer, capacity) || find_in_cpuinfo("Hardware", buffer, capacity)) return;
  FILE *file = fopen("/sys/firmware/devicetree/base/model", "re");
  if (file == NULL) return;
  size_t length = fread(buffer, 1, capacity - 1, file);
  buffer[length] = 0;
  fclose(file);
}

#endif

uint32_t kqs_cpu_affinity_count(void) {
  // The kernel refuses a set smaller than its own; machines with more CPUs than cpu_set_t holds exist.
  for (size_t cpus = CPU_SETSIZE; cpus <= 1u << 20; cpus *= 4) {
    cpu_set_t *set = CPU_ALLOC(cpus);
    if (set == NULL) return 1;
    size_t size = CPU_ALLOC_SIZE(cpus);
    int outcome = sched_getaffinity(0, size, set);
    int count = outcome == 0 ? CPU_COUNT_S(size, set) : 0;
    CPU_FREE(set);
    if (outcome == 0) return count > 0 ? (uint32_t)count : 1;
  }
  return 1;
}

uint64_t kqs_nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
