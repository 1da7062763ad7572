#include <stdlib.h>
#include <unistd.h>

#include "CShims.h"

bool kqs_is_terminal(int32_t descriptor) { return isatty(descriptor) == 1; }

const char *kqs_environment(const char *name) { return getenv(name); }
