/*===- common.h - What the tests of the C API share
------------------------===//
//===----------------------------------------------------------------------===*/

#ifndef MX_TEST_CAPI_COMMON_H
#define MX_TEST_CAPI_COMMON_H

#include "mx-c/mx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                       \
  do {                                                                         \
    if (!(condition)) {                                                        \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);          \
      fprintf(stderr, "last error: %s\n", mx_compiler_error());                \
      exit(1);                                                                 \
    }                                                                          \
  } while (0)

/* The call fails with this status and a text that contains this. */
#define FAILS(call, status, part)                                              \
  do {                                                                         \
    CHECK((call) == (status));                                                 \
    CHECK(mx_compiler_status() == (status));                                   \
    CHECK(strstr(mx_compiler_error(), part) != NULL);                          \
  } while (0)

/* The call gives null with this status and a text that contains this. */
#define GIVES_NULL(call, status, part)                                         \
  do {                                                                         \
    CHECK((call) == NULL);                                                     \
    CHECK(mx_compiler_status() == (status));                                   \
    CHECK(strstr(mx_compiler_error(), part) != NULL);                          \
  } while (0)

enum {
  ARGUMENT = MX_COMPILER_ERROR_ARGUMENT,
  PROGRAM = MX_COMPILER_ERROR_PROGRAM,
  CANCELLED = MX_COMPILER_ERROR_CANCELLED,
  BUSY = MX_COMPILER_ERROR_BUSY,
  SYSTEM = MX_COMPILER_ERROR_SYSTEM
};

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

static inline void append(void *user, const char *bytes, size_t length) {
  text *result = user;
  result->bytes = realloc(result->bytes, result->length + length + 1);
  memcpy(result->bytes + result->length, bytes, length);
  result->length += length;
  result->bytes[result->length] = 0;
}

/* Whether the string contains a part; empties it. */
static inline int contains(text *found, const char *part) {
  int result = found->bytes && strstr(found->bytes, part) != NULL;
  free(found->bytes);
  found->bytes = NULL;
  found->length = 0;
  return result;
}

/* A program, with the default of what is null. */
static inline mx_program *parse(const char *source, const char *recipe,
                                const char *target) {
  mx_option chosen[2];
  size_t count = 0;
  if (recipe)
    chosen[count++] = (mx_option){"recipe", recipe};
  if (target)
    chosen[count++] = (mx_option){"target", target};
  mx_program_options options = {sizeof options, chosen, count, NULL, NULL};
  return mx_program_parse(source, strlen(source), "product.mlir", &options);
}

static inline mx_executable *compile(const char *source, const char *recipe,
                                     const char *target) {
  mx_program *program = parse(source, recipe, target);
  CHECK(program);
  mx_executable *executable = mx_program_jit(program);
  CHECK(executable);
  mx_program_destroy(program);
  return executable;
}

#endif /* MX_TEST_CAPI_COMMON_H */
