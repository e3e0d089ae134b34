/*===- threads.c - The C API from several threads
---------------------------===//
//
// threads THREADS SECONDS: each thread compiles programs of its own, calls them
// and reads its own errors; all of them call one executable; and one program is
// cancelled from outside.
//
//===----------------------------------------------------------------------===*/

#include "common.h"

#include <pthread.h>
#include <time.h>

static double seconds;
static mx_executable *shared;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* Ones times twos. */
static void run(mx_executable *executable) {
  float x[2 * 64], w[64 * 3], s = 7, y[6], t = 0;
  for (int i = 0; i < 2 * 64; ++i)
    x[i] = 1;
  for (int i = 0; i < 64 * 3; ++i)
    w[i] = 2;
  const int64_t xs[] = {2, 64}, ws[] = {64, 3}, ys[] = {2, 3};
  const mx_array arguments[] = {{x, "f32", 2, xs, NULL, NULL},
                                {w, "f32", 2, ws, NULL, NULL},
                                {&s, "f32", 0, NULL, NULL, NULL}};
  mx_array results[] = {{y, "f32", 2, ys, NULL, NULL},
                        {&t, "f32", 0, NULL, NULL, NULL}};
  CHECK(!mx_executable_call(executable, "main", arguments, 3, results, 2));
  for (int i = 0; i < 6; ++i)
    CHECK(y[i] == 128);
  CHECK(t == 7);
}

static void *cancel(void *program) {
  mx_program_cancel(program);
  return NULL;
}

/* A call at work and a thread that cancels it: either it is done or it says so.
 */
static void race(const char *recipe, const char *target) {
  mx_program *program = parse(product, recipe, target);
  CHECK(program);
  pthread_t other;
  CHECK(!pthread_create(&other, NULL, cancel, program));
  int status = mx_program_lower(program, "packed");
  CHECK(status == MX_COMPILER_OK || status == CANCELLED);
  CHECK(!pthread_join(other, NULL));
  CHECK(mx_program_lower(program, "llvm") == CANCELLED);
  mx_program_destroy(program);
}

static void *work(void *number) {
  static const char *const recipes[] = {"none", "mxfp8", "mxfp4_weights"};
  static const char *const targets[] = {"cpu", "reference"};
  size_t first = (size_t)number;
  double end = now() + seconds;
  for (size_t i = first; i == first || now() < end; ++i) {
    mx_executable *executable =
        compile(product, recipes[i % 3], targets[i % 2]);
    run(executable);
    mx_executable_destroy(executable);
    run(shared);
    GIVES_NULL(parse("nonsense", NULL, NULL), PROGRAM, "product.mlir:1:1");
    if (i % 4 == 0)
      race(recipes[i % 3], targets[i % 2]);
  }
  return NULL;
}

int main(int argc, char **argv) {
  CHECK(argc == 3);
  size_t count = (size_t)atoi(argv[1]);
  seconds = atof(argv[2]);
  shared = compile(product, "mxfp8", "cpu");
  pthread_t *threads = malloc(count * sizeof(*threads));
  for (size_t i = 0; i < count; ++i)
    CHECK(!pthread_create(&threads[i], NULL, work, (void *)i));
  for (size_t i = 0; i < count; ++i)
    CHECK(!pthread_join(threads[i], NULL));
  free(threads);
  mx_executable_destroy(shared);
  puts("as expected");
  return 0;
}
