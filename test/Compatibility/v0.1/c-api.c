/*===- c-api.c - A program of the first release, libmx_c
--------------------===//
//
// Every function of mx-c/mx.h as that release had it. Never changed: what it
// does must stay possible.
//
//===----------------------------------------------------------------------===*/

#include "mx-c/mx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                       \
  do {                                                                         \
    if (!(condition)) {                                                        \
      fprintf(stderr, "line %d: %s: %s\n", __LINE__, #condition,               \
              mx_compiler_error());                                            \
      exit(1);                                                                 \
    }                                                                          \
  } while (0)

static const char source[] =
    "func.func @main(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {\n"
    "  %y = arith.addf %x, %x : tensor<?x?xf32>\n"
    "  return %y : tensor<?x?xf32>\n"
    "}\n";

static void count(void *user, const char *bytes, size_t length) {
  (void)bytes;
  *(size_t *)user += length;
}

static int go_on(void *user, const char *step) {
  *(size_t *)user += strlen(step);
  return 0;
}

int main(int argc, char **argv) {
  size_t length = 0, steps = 0;
  CHECK(argc == 2);
  CHECK(mx_c_version() >= MX_C_VERSION && MX_C_VERSION == 1);
  CHECK(!mx_list("recipes", count, &length) && length > 0);

  mx_option chosen[] = {{"recipe", "none"}, {"target", "cpu"}};
  mx_program_options options = {sizeof options, chosen, 2, go_on, &steps};
  mx_program *program =
      mx_program_parse(source, strlen(source), "source", &options);
  CHECK(program);
  CHECK(mx_program_remarks(program));
  CHECK(!mx_program_signature(program, count, &length));
  CHECK(!mx_program_lower(program, "packed"));
  CHECK(!mx_program_explain(program, count, &length));
  CHECK(!mx_program_emit(program, "bytecode", count, &length));
  CHECK(!mx_program_emit_file(program, "mlir", argv[1]));
  mx_executable *executable = mx_program_jit(program);
  CHECK(executable && steps > 0);
  mx_program_cancel(program);
  CHECK(mx_program_lower(program, "llvm") == MX_COMPILER_ERROR_CANCELLED);
  CHECK(mx_compiler_status() == MX_COMPILER_ERROR_CANCELLED);
  mx_program_destroy(program);

  float data[6] = {1, 2, 3, 4, 5, 6};
  const int64_t sizes[] = {3, 2}, strides[] = {1, 3};
  mx_array x = {data, "f32", 2, sizes, strides, NULL}, y = {0};
  CHECK(!mx_executable_call(executable, "main", &x, 1, &y, 1));
  CHECK(y.rank == 2 && y.sizes[0] == 3 && y.sizes[1] == 2);
  for (int64_t i = 0; i < 3; ++i)
    for (int64_t j = 0; j < 2; ++j)
      CHECK(((float *)y.data)[i * y.strides[0] + j * y.strides[1]] ==
            2 * data[i + 3 * j]);
  mx_array_release(&y);
  CHECK(mx_executable_lookup(executable, "main"));
  mx_executable_destroy(executable);
  puts("as expected");
  return 0;
}
