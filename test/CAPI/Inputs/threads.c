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
static int compiled[64];

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* A product of its own sizes, with a sum of what a loop has computed. */
typedef struct module {
  int64_t m, n, k;
  char source[2000];
} module;

static void make(module *made, size_t number) {
  made->m = (int64_t)(2 + number % 5);
  made->n = (int64_t)(3 + number % 7);
  made->k = (int64_t)(32 + 32 * (number % 3));
  if (number % 4 == 3) { /* Large enough for several threads of a product. */
    made->m = 64;
    made->n = 128;
    made->k = 512;
  }
  int m = (int)made->m, n = (int)made->n, k = (int)made->k;
  snprintf(
      made->source, sizeof made->source,
      "func.func @main(%%x: tensor<%dx%dxf32>, %%w: tensor<%dx%dxf32>, %%s: "
      "f32) -> (tensor<%dx%dxf32>, f32) {\n"
      "  %%zero = arith.constant 0.0 : f32\n"
      "  %%empty = tensor.empty() : tensor<%dx%dxf32>\n"
      "  %%init = linalg.fill ins(%%zero : f32) outs(%%empty : "
      "tensor<%dx%dxf32>) -> tensor<%dx%dxf32>\n"
      "  %%0 = linalg.matmul ins(%%x, %%w : tensor<%dx%dxf32>, "
      "tensor<%dx%dxf32>) outs(%%init : tensor<%dx%dxf32>) -> "
      "tensor<%dx%dxf32>\n"
      "  %%1 = arith.addf %%0, %%0 : tensor<%dx%dxf32>\n"
      "  return %%1, %%s : tensor<%dx%dxf32>, f32\n}\n",
      m, k, k, n, m, n, m, n, m, n, m, n, m, k, k, n, m, n, m, n, m, n, m, n);
}

/* Ones times twos, twice. */
static void run(mx_executable *executable, const module *made) {
  int64_t m = made->m, n = made->n, k = made->k;
  float *x = malloc((size_t)(m * k) * sizeof *x);
  float *w = malloc((size_t)(k * n) * sizeof *w);
  float s = 7;
  for (int64_t i = 0; i < m * k; ++i)
    x[i] = 1;
  for (int64_t i = 0; i < k * n; ++i)
    w[i] = 2;
  const int64_t xs[] = {m, k}, ws[] = {k, n};
  const mx_array arguments[] = {{x, "f32", 2, xs, NULL, NULL},
                                {w, "f32", 2, ws, NULL, NULL},
                                {&s, "f32", 0, NULL, NULL, NULL}};
  mx_array results[2] = {{0}, {0}};
  CHECK(!mx_executable_call(executable, "main", arguments, 3, results, 2));
  for (int64_t i = 0; i < m * n; ++i)
    CHECK(((float *)results[0].data)[i] == (float)(4 * k));
  CHECK(*(float *)results[1].data == 7);
  mx_array_release(&results[0]);
  mx_array_release(&results[1]);
  free(x);
  free(w);
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
  size_t thread = (size_t)number;
  double end = now() + seconds;
  for (size_t i = thread; i == thread || now() < end; ++i) {
    module mine, ours;
    make(&mine, i);
    make(&ours, 0);
    const char *recipe = recipes[i % 3];
    /* Reference code of a large product would take all the time there is. */
    const char *target = targets[mine.k < 512 && i % 2];
    mx_executable *executable = compile(mine.source, recipe, target);
    run(executable, &mine);
    mx_executable_destroy(executable);
    run(shared, &ours);
    GIVES_NULL(parse("nonsense", NULL, NULL), PROGRAM, "product.mlir:1:1");
    if (i % 4 == 0)
      race(recipe, target);
    if (i % 8 == 1) {
      text kernels = {NULL, 0};
      mx_program *program = parse(mine.source, recipe, "nvvm");
      CHECK(program && !mx_program_emit(program, "ptx", append, &kernels));
      CHECK(contains(&kernels, ".entry"));
      mx_program_destroy(program);
    }
    ++compiled[thread];
  }
  return NULL;
}

int main(int argc, char **argv) {
  CHECK(argc == 3);
  size_t count = (size_t)atoi(argv[1]);
  CHECK(count <= sizeof compiled / sizeof *compiled);
  seconds = atof(argv[2]);
  module ours;
  make(&ours, 0);
  shared = compile(ours.source, "mxfp8", "cpu");
  pthread_t threads[sizeof compiled / sizeof *compiled];
  int total = 0;
  for (size_t i = 0; i < count; ++i)
    CHECK(!pthread_create(&threads[i], NULL, work, (void *)i));
  for (size_t i = 0; i < count; ++i) {
    CHECK(!pthread_join(threads[i], NULL));
    total += compiled[i];
  }
  mx_executable_destroy(shared);
  printf("%d programs as expected\n", total);
  return 0;
}
