#include <koquant.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int count, char **arguments) {
  if (count != 4) return fputs("usage: similarity FILE.koq TEXT TEXT\n", stderr), 64;
  kq_error error;
  kq_model *model;
  kq_session *session;
  kq_model_info info = {.size = sizeof info};
  kq_session_options options = {.size = sizeof options, .flags = KQ_NORMALIZE};
  if (kq_model_open(arguments[1], NULL, &model, &error) || kq_model_describe(model, &info, &error) ||
      kq_session_open(model, &options, &session, &error))
    return fprintf(stderr, "similarity: %s\n", error.message), 65;

  kq_text texts[2] = {{arguments[2], strlen(arguments[2])}, {arguments[3], strlen(arguments[3])}};
  float *vectors = malloc(2 * info.dimension * sizeof *vectors), cosine = 0;
  if (vectors == NULL || kq_embed_many(session, texts, 2, vectors, 2 * info.dimension, &error))
    return fprintf(stderr, "similarity: %s\n", vectors ? error.message : "no memory"), 65;
  for (size_t i = 0; i < info.dimension; i++) cosine += vectors[i] * vectors[info.dimension + i];
  printf("%.4f\n", cosine);

  free(vectors);
  kq_session_close(session, NULL);
  kq_model_close(model, NULL);
}
