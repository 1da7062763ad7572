#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "CShims.h"

bool kqs_is_terminal(int32_t descriptor) { return isatty(descriptor) == 1; }

const char *kqs_environment(const char *name) { return getenv(name); }

static void restore(int number) {
  // Whoever ignores a signal for its children, as a shell does for those in the background, means it.
  struct sigaction action;
  if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_IGN) signal(number, SIG_DFL);
}

void kqs_restore_quit(void) {
  restore(SIGQUIT);
  restore(SIGABRT);
}
