/*===- program.c - The C API from C ---------------------------------------===//
//
// program THREADS SECONDS: every function, every kind of error, then programs
// compiled and run in several threads at once.
//
//===----------------------------------------------------------------------===*/

#include "mx-c/mx.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CHECK(condition)                                                       \
  do {                                                                         \
    if (!(condition)) {                                                        \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);          \
      fprintf(stderr, "last error: %s\n", mx_compiler_error());                \
      exit(1);                                                                 \
    }                                                                          \
  } while (0)

static const char product[] =
    "func.func @main(%x: tensor<2x64xf32>, %w: tensor<64x3xf32>, %s: f32)\n"
    "    -> (tensor<2x3xf32>, f32) {\n"
    "  %zero = arith.constant 0.0 : f32\n"
    "  %empty = tensor.empty() : tensor<2x3xf32>\n"
    "  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<2x3xf32>)\n"
    "    -> tensor<2x3xf32>\n"
    "  %0 = linalg.matmul ins(%x, %w : tensor<2x64xf32>, tensor<64x3xf32>)\n"
    "    outs(%init : tensor<2x3xf32>) -> tensor<2x3xf32>\n"
    "  return %0, %s : tensor<2x3xf32>, f32\n"
    "}\n";

/* A string that grows. */
typedef struct text {
  char *bytes;
  size_t length;
} text;

static void append(void *user, const char *bytes, size_t length) {
  text *result = user;
  result->bytes = realloc(result->bytes, result->length + length + 1);
  memcpy(result->bytes + result->length, bytes, length);
  result->length += length;
  result->bytes[result->length] = 0;
}

static int contains(text *found, const char *part) {
  int result = found->bytes && strstr(found->bytes, part) != NULL;
  free(found->bytes);
  found->bytes = NULL;
  found->length = 0;
  return result;
}

static mx_program *parse(const char *source, const char *recipe,
                         const char *target) {
  mx_program_options options = {recipe, target, NULL};
  return mx_program_parse(source, strlen(source), "product.mlir", &options);
}

/* {allocated, aligned, offset, sizes, strides} of a matrix. */
typedef struct matrix {
  float *allocated, *aligned;
  int64_t offset, sizes[2], strides[2];
} matrix;

/* Ones times twos: every result is 128. */
static void run(mx_executable *executable) {
  float x[2 * 64], w[64 * 3], s = 7;
  for (int i = 0; i < 2 * 64; ++i)
    x[i] = 1;
  for (int i = 0; i < 64 * 3; ++i)
    w[i] = 2;
  matrix mx = {x, x, 0, {2, 64}, {64, 1}}, mw = {w, w, 0, {64, 3}, {3, 1}};
  matrix *px = &mx, *pw = &mw;
  struct {
    matrix y;
    float s;
  } room, *address = &room;
  void *slots[] = {&address, &px, &pw, &s};
  mx_function function = mx_executable_lookup(executable, "main");
  CHECK(function);
  function(slots);
  for (int64_t i = 0; i < 2; ++i)
    for (int64_t j = 0; j < 3; ++j)
      CHECK(room.y.aligned[room.y.offset + i * room.y.strides[0] +
                           j * room.y.strides[1]] == 128);
  CHECK(room.s == 7);
  free(room.y.allocated);
}

static void results(void) {
  text found = {NULL, 0};
  CHECK(mx_c_version() == MX_C_VERSION);
  CHECK(!mx_list("recipes", append, &found) && contains(&found, "mxfp8\t"));
  CHECK(!mx_list("targets", append, &found) && contains(&found, "cpu\n"));
  mx_program *program = parse(product, "mxfp8", "cpu");
  CHECK(program);
  CHECK(!mx_program_signature(program, append, &found));
  CHECK(contains(&found, "\"tensor<64x3xf32>\""));
  CHECK(!mx_program_lower(program, "packed"));
  CHECK(!mx_program_emit(program, "mlir", append, &found));
  CHECK(contains(&found, "mx.packed.matmul"));
  CHECK(!mx_program_explain(program, append, &found));
  CHECK(contains(&found, "\"family\":\"cpu\""));
  CHECK(!mx_program_emit(program, "ll", append, &found));
  CHECK(contains(&found, "@_mlir_ciface_main"));
  CHECK(!mx_program_emit(program, "o", append, &found));
  CHECK(contains(&found, "ELF"));
  mx_executable *executable = mx_program_jit(program);
  CHECK(executable);
  mx_program_destroy(program);
  run(executable);
  CHECK(!mx_executable_lookup(executable, "other"));
  mx_executable_destroy(executable);
}

static int fails(int failed, const char *part) {
  return failed && strstr(mx_compiler_error(), part) != NULL;
}

static void errors(void) {
  CHECK(fails(mx_list("colours", append, NULL), "expected recipes, targets"));
  CHECK(fails(!parse(product, NULL, "tpu"), "unknown target 'tpu'"));
  mx_program_options chip = {NULL, "nvvm", "sm_1"};
  CHECK(fails(!mx_program_parse("", 0, NULL, &chip), "unknown chip 'sm_1'"));
  CHECK(fails(!parse("nonsense", NULL, NULL), "product.mlir:1:1: error"));
  mx_program *program = parse(product, "mine", NULL);
  CHECK(program);
  CHECK(fails(mx_program_lower(program, "last"), "unknown stage 'last'"));
  CHECK(fails(mx_program_emit(program, "exe", append, NULL), "unknown kind"));
  CHECK(fails(mx_program_emit(program, "ptx", append, NULL), "target nvvm"));
  CHECK(fails(mx_program_lower(program, "packed"), "but found 'mine'"));
  mx_program_destroy(program);
  program = parse(product, "mxfp8", NULL);
  mx_program_cancel(program);
  CHECK(fails(!mx_program_jit(program), "cancelled"));
  mx_program_destroy(program);
  mx_program_destroy(NULL);
  mx_executable_destroy(NULL);
}

static double seconds;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void *work(void *number) {
  static const char *const recipes[] = {"none", "mxfp8", "mxfp4_weights"};
  static const char *const targets[] = {"cpu", "reference"};
  size_t first = (size_t)number;
  double end = now() + seconds;
  for (size_t i = first; i == first || now() < end; ++i) {
    mx_program *program = parse(product, recipes[i % 3], targets[i % 2]);
    CHECK(program);
    mx_executable *executable = mx_program_jit(program);
    CHECK(executable);
    mx_program_destroy(program);
    run(executable);
    mx_executable_destroy(executable);
    CHECK(fails(!parse("nonsense", NULL, NULL), "product.mlir:1:1: error"));
  }
  return NULL;
}

int main(int argc, char **argv) {
  CHECK(argc == 3);
  size_t count = (size_t)atoi(argv[1]);
  seconds = atof(argv[2]);
  results();
  errors();
  pthread_t *threads = malloc(count * sizeof(*threads));
  for (size_t i = 0; i < count; ++i)
    CHECK(!pthread_create(&threads[i], NULL, work, (void *)i));
  for (size_t i = 0; i < count; ++i)
    CHECK(!pthread_join(threads[i], NULL));
  free(threads);
  puts("as expected");
  return 0;
}
