// A plugin of qemu-user that counts what a program executes and touches: at its end it prints
// "INSTRUCTIONS PAGES WRITTEN": instructions, pages of 4 KiB that were executed, read or written, and the written
// ones among them. For programs of one thread.
//
// The declarations are those of qemu's plugin interface, version 1.
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef uint64_t plugin_id;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef uint32_t memory_info;
typedef void (*translated)(plugin_id, struct qemu_plugin_tb *);
typedef void (*accessed)(unsigned int cpu, memory_info, uint64_t address, void *data);
typedef void (*ended)(plugin_id, void *data);
enum { no_registers = 0, add_u64 = 0, read_and_write = 3 };

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id, translated);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *, size_t);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *, int operation, void *counter, uint64_t);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *, accessed, int flags, int direction, void *data);
bool qemu_plugin_mem_is_store(memory_info);
void qemu_plugin_register_atexit_cb(plugin_id, ended, void *data);
void qemu_plugin_outs(const char *);

int qemu_plugin_version = 1;

static uint64_t instructions;
// Pages by number, in a table of open addressing; bit 63 marks those that are there, bit 62 the written ones.
enum { slots = 1 << 22 };
static uint64_t table[slots];
static const uint64_t present = UINT64_C(1) << 63, written = UINT64_C(1) << 62;

static void touch(uint64_t address, bool stores) {
  uint64_t page = address >> 12 | present;
  size_t slot = page * UINT64_C(0x9E3779B97F4A7C15) >> 42;
  while (table[slot] != 0 && (table[slot] | written) != (page | written)) slot = (slot + 1) % slots;
  table[slot] |= page | (stores ? written : 0);
}

static void access_memory(unsigned int cpu, memory_info info, uint64_t address, void *data) {
  (void)cpu, (void)data;
  touch(address, qemu_plugin_mem_is_store(info));
}

// Blocks are translated shortly before they run, so their pages are those that are executed.
static void translate(plugin_id id, struct qemu_plugin_tb *block) {
  (void)id;
  for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); i++) {
    struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, i);
    touch(qemu_plugin_insn_vaddr(instruction), false);
    qemu_plugin_register_vcpu_insn_exec_inline(instruction, add_u64, &instructions, 1);
    qemu_plugin_register_vcpu_mem_cb(instruction, access_memory, no_registers, read_and_write, NULL);
  }
}

static void end(plugin_id id, void *data) {
  (void)id, (void)data;
  uint64_t pages = 0, stores = 0;
  for (size_t slot = 0; slot < slots; slot++) {
    pages += table[slot] != 0;
    stores += (table[slot] & written) != 0;
  }
  char line[96];
  snprintf(line, sizeof line, "%" PRIu64 " %" PRIu64 " %" PRIu64 "\n", instructions, pages, stores);
  qemu_plugin_outs(line);
}

int qemu_plugin_install(plugin_id id, const void *info, int count, char **arguments) {
  (void)info, (void)count, (void)arguments;
  qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
  qemu_plugin_register_atexit_cb(id, end, NULL);
  return 0;
}
