/* Two compiled modules in one program, one of them called from 8 threads. */
#include "first.h"
#include "second.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static float x[4 * 64], w[64 * 8], once[4 * 8];

static void *call(void *failed) {
  float y[4 * 8];
  void *workspace = malloc((size_t)second_main_workspace_bytes());
  for (int i = 0; i < 200; ++i)
    if (second_main(x, w, y, workspace) || memcmp(y, once, sizeof y))
      *(int *)failed = 1;
  free(workspace);
  return NULL;
}

int main(void) {
  pthread_t threads[8];
  int failed[8] = {0}, any = 0;
  float exact[4 * 8];
  void *workspace = malloc(
      (size_t)(second_main_workspace_bytes() + first_main_workspace_bytes()));
  for (int i = 0; i < 4 * 64; ++i)
    x[i] = (float)(i % 8) - 4;
  for (int i = 0; i < 64 * 8; ++i)
    w[i] = (float)(i % 5) - 2;
  /* Both are exact on these numbers. */
  if (second_main(x, w, once, workspace) ||
      first_main(x, w, exact, workspace) || memcmp(once, exact, sizeof once))
    return 1;
  for (int i = 0; i < 8; ++i)
    pthread_create(&threads[i], NULL, call, &failed[i]);
  for (int i = 0; i < 8; ++i) {
    pthread_join(threads[i], NULL);
    any |= failed[i];
  }
  if (any)
    return 1;
  printf("equal from 8 threads\n");
  int code = first_main(x, NULL, once, workspace);
  if (code % 16 != FIRST_NULL_POINTER)
    return 1;
  printf("%s\n%s\n%s\n", first_error_text(code), second_error_text(SECOND_OK),
         second_error_text(-3));
  free(workspace);
  return 0;
}
