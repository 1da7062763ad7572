// How a model would be run within a ceiling, before anything of it is loaded.
//
//   plan FILE.koq MEBIBYTES
#include <koquant.h>
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **arguments) {
  if (count != 3) return fputs("usage: plan FILE.koq MEBIBYTES\n", stderr), 64;
  kq_error error;
  kq_memory_plan plan = {.size = sizeof plan};
  kq_model_options options = {.size = sizeof options, .max_memory = strtoull(arguments[2], NULL, 10) << 20};
  if (kq_plan(arguments[1], &options, &plan, &error)) return fprintf(stderr, "plan: %s\n", error.message), 65;

  static const char *const names[] = {"any", "mapped", "resident", "streamed"};
  printf("%s, %u threads, batches of %u tokens, %.1f MiB\n", names[plan.residency], plan.threads, plan.batch_tokens,
         (double)plan.total / (1 << 20));
}
