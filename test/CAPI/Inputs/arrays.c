/*===- arrays.c - Calls with strided arrays
---------------------------------===//
//
// Every layout gives the right result or an error that says what was expected.
//
//===----------------------------------------------------------------------===*/

#include "common.h"

#include <math.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* 2·a of every element. */
static const char twice[] =
    "func.func @main(%a: tensor<?x?xf32>) -> tensor<?x?xf32> {\n"
    "  %b = arith.addf %a, %a : tensor<?x?xf32>\n"
    "  return %b : tensor<?x?xf32>\n"
    "}\n";

/* x·w with dynamic extents. */
static const char dynamic[] =
    "func.func @main(%x: tensor<?x?xf32>, %w: tensor<?x3xf32>)\n"
    "    -> tensor<?x3xf32> {\n"
    "  %c0 = arith.constant 0 : index\n"
    "  %zero = arith.constant 0.0 : f32\n"
    "  %m = tensor.dim %x, %c0 : tensor<?x?xf32>\n"
    "  %empty = tensor.empty(%m) : tensor<?x3xf32>\n"
    "  %init = linalg.fill ins(%zero : f32) outs(%empty : tensor<?x3xf32>)\n"
    "    -> tensor<?x3xf32>\n"
    "  %0 = linalg.matmul ins(%x, %w : tensor<?x?xf32>, tensor<?x3xf32>)\n"
    "    outs(%init : tensor<?x3xf32>) -> tensor<?x3xf32>\n"
    "  return %0 : tensor<?x3xf32>\n"
    "}\n";

static mx_array f32(float *data, int64_t rank, const int64_t *sizes,
                    const int64_t *strides) {
  mx_array array = {data, "f32", rank, sizes, strides, NULL};
  return array;
}

/* Rows and columns of a 6×8 buffer in every order, also none at all; the result
 * once in the library's memory, once with strides of its own. */
static void layouts(void) {
  static const struct {
    int64_t offset, sizes[2], strides[2];
  } cases[] = {
      {0, {6, 8}, {8, 1}},   {0, {8, 6}, {1, 8}},    {40, {6, 8}, {-8, 1}},
      {7, {6, 8}, {8, -1}},  {47, {8, 6}, {-1, -8}}, {1, {3, 2}, {16, 3}},
      {5, {4, 8}, {0, 1}},   {5, {4, 8}, {8, 0}},    {3, {1, 8}, {999, 1}},
      {3, {1, 1}, {-5, -9}}, {0, {0, 8}, {8, 1}},    {0, {6, 0}, {8, 1}},
      {0, {0, 0}, {0, 0}},   {47, {6, 8}, {0, 0}},
  };
  mx_executable *executable = compile(twice, "none", "cpu");
  float data[48], room[2000];
  for (int i = 0; i < 48; ++i)
    data[i] = (float)i;
  for (size_t c = 0; c < COUNT(cases); ++c) {
    const int64_t *n = cases[c].sizes, *s = cases[c].strides;
    mx_array x = f32(data + cases[c].offset, 2, n, s), y = {0};
    const int64_t spread[] = {-2 * n[1] - 2, 2};
    for (int i = 0; i < 2000; ++i)
      room[i] = -1;
    float *first = room + 1000;
    mx_array z = f32(first, 2, n, spread);
    CHECK(!mx_executable_call(executable, "main", &x, 1, &y, 1));
    CHECK(!mx_executable_call(executable, "main", &x, 1, &z, 1));
    CHECK(y.rank == 2 && y.sizes[0] == n[0] && y.sizes[1] == n[1]);
    CHECK(!strcmp(y.element, "f32") && y.owner);
    int written = 0;
    for (int64_t i = 0; i < n[0]; ++i)
      for (int64_t j = 0; j < n[1]; ++j, ++written) {
        float wanted = 2 * data[cases[c].offset + i * s[0] + j * s[1]];
        CHECK(((float *)y.data)[i * y.strides[0] + j * y.strides[1]] == wanted);
        CHECK(first[i * spread[0] + j * spread[1]] == wanted);
      }
    for (int i = 0; i < 2000; ++i)
      written -= room[i] != -1;
    CHECK(written == 0); /* Nothing but the elements of the result. */
    mx_array_release(&y);
    CHECK(!y.data && !y.owner && !y.element);
    mx_array_release(&y);
  }
  /* Elements that are not aligned, and a result in place of its argument. */
  const int64_t n[] = {2, 3};
  char bytes[1 + 6 * sizeof(float)];
  memcpy(bytes + 1, data, 6 * sizeof(float));
  mx_array x = f32((float *)(void *)(bytes + 1), 2, n, NULL);
  CHECK(!mx_executable_call(executable, "main", &x, 1, &x, 1));
  for (int i = 0; i < 6; ++i) {
    float found;
    memcpy(&found, bytes + 1 + (size_t)i * sizeof(float), sizeof found);
    CHECK(found == 2 * data[i]);
  }
  /* A result of the library's outlives its function. */
  mx_array y = {0};
  x = f32(data, 2, n, NULL);
  CHECK(!mx_executable_call(executable, "main", &x, 1, &y, 1));
  mx_executable_destroy(executable);
  CHECK(((float *)y.data)[5] == 10);
  mx_array_release(&y);
}

static int call(mx_executable *executable, mx_array x, mx_array y) {
  return mx_executable_call(executable, "main", &x, 1, &y, 1);
}

static void mistakes(void) {
  mx_executable *executable = compile(twice, "none", "cpu");
  float data[48] = {0}, room[48];
  const int64_t n[] = {6, 8}, minus[] = {-1, 8}, other[] = {6, 7};
  const int64_t huge[] = {INT64_MAX, INT64_MAX}, far[] = {INT64_MAX, 1};
  const int64_t large[] = {INT64_MAX / 4, 2}, lowest[] = {INT64_MIN, 1};
  const int64_t same[] = {0, 1}, over[] = {7, 1}, both[] = {1, 1};
  mx_array x = f32(data, 2, n, NULL), y = f32(room, 2, n, NULL), none = {0};
  CHECK(!call(executable, x, y));
  FAILS(mx_executable_call(executable, "main", &x, 0, &y, 1), ARGUMENT,
        "expected 1 arguments; found 0");
  FAILS(mx_executable_call(executable, "main", &x, 1, &y, 2), ARGUMENT,
        "expected 1 results; found 2");
  FAILS(mx_executable_call(executable, "main", NULL, 1, &y, 1), ARGUMENT,
        "arguments; found null");
  FAILS(mx_executable_call(executable, "main", &x, 1, NULL, 1), ARGUMENT,
        "results; found null");
  FAILS(mx_executable_call(executable, "f", &x, 1, &y, 1), ARGUMENT,
        "unknown function 'f'; expected main");
  FAILS(call(executable, none, y), ARGUMENT, "argument 0 of element f32");
#define ARRAY(data, element, rank, sizes, strides)                             \
  ((mx_array){data, element, rank, sizes, strides, NULL})
  struct {
    mx_array array;
    const char *part;
  } wrong[] = {
      {ARRAY(data, "f64", 2, n, NULL), "element f32 for tensor<?x?xf32>"},
      {ARRAY(data, "", 2, n, NULL), "found ''"},
      {ARRAY(data, "f32", 3, n, NULL),
       "rank 2 for tensor<?x?xf32>; found rank"},
      {ARRAY(data, "f32", -1, n, NULL), "found rank -1"},
      {ARRAY(data, "f32", INT64_MAX, n, NULL), "found rank"},
      {ARRAY(data, "f32", 0, NULL, NULL), "found rank 0"},
      {ARRAY(data, "f32", 2, NULL, NULL), "with sizes"},
      {ARRAY(data, "f32", 2, minus, NULL), "found [-1, 8]"},
      {ARRAY(NULL, "f32", 2, n, NULL), "with data"},
      {ARRAY(data, "f32", 2, huge, NULL), "beyond what a pointer"},
      {ARRAY(data, "f32", 2, large, NULL), "beyond what a pointer"},
      {ARRAY(data, "f32", 2, n, far), "beyond what a pointer"},
      {ARRAY(data, "f32", 2, n, lowest), "beyond what a pointer"},
  };
  for (size_t i = 0; i < COUNT(wrong); ++i) {
    FAILS(call(executable, wrong[i].array, y), ARGUMENT, wrong[i].part);
    CHECK(strstr(mx_compiler_error(), "argument 0"));
    if (wrong[i].array.element) {
      FAILS(call(executable, x, wrong[i].array), ARGUMENT, wrong[i].part);
      CHECK(strstr(mx_compiler_error(), "result 0"));
    }
  }
  FAILS(call(executable, x, f32(room, 2, n, same)), ARGUMENT, "overlapping");
  FAILS(call(executable, x, f32(room, 2, n, over)), ARGUMENT, "overlapping");
  FAILS(call(executable, x, f32(room, 2, n, both)), ARGUMENT, "overlapping");
  /* The shape of the result shows after the call. */
  room[0] = -1;
  FAILS(call(executable, x, f32(room, 2, other, NULL)), ARGUMENT,
        "result 0 of shape [6, 8]");
  CHECK(room[0] == -1);
  /* Memory that is not given back would be lost. */
  CHECK(!mx_executable_call(executable, "main", &x, 1, &none, 1));
  mx_array again = {0};
  again.owner = none.owner;
  FAILS(call(executable, x, again), ARGUMENT, "release it first");
  mx_array_release(&none);
  mx_executable_destroy(executable);
}

/* Static extents, and dynamic ones that the program takes to be equal. */
static void extents(void) {
  static const char *const recipes[] = {"none", "mxfp8"};
  for (int r = 0; r < 2; ++r) {
    mx_executable *executable = compile(dynamic, recipes[r], "cpu");
    float x[4 * 64], w[64 * 4];
    for (int i = 0; i < 4 * 64; ++i)
      x[i] = w[i] = 1;
    const int64_t xs[] = {4, 64}, ws[] = {64, 3}, few[] = {32, 3},
                  wide[] = {64, 4};
    mx_array arguments[] = {f32(x, 2, xs, NULL), f32(w, 2, ws, NULL)};
    mx_array y = {0};
    CHECK(!mx_executable_call(executable, "main", arguments, 2, &y, 1));
    CHECK(y.sizes[0] == 4 && y.sizes[1] == 3);
    for (int i = 0; i < 12; ++i)
      CHECK(((float *)y.data)[i] == 64);
    mx_array_release(&y);
    arguments[1].sizes = few;
    FAILS(mx_executable_call(executable, "main", arguments, 2, &y, 1), ARGUMENT,
          "axis 1 of argument 0 (64), axis 0 of argument 1 (32)");
    arguments[1].sizes = wide;
    FAILS(mx_executable_call(executable, "main", arguments, 2, &y, 1), ARGUMENT,
          "argument 1 of shape [?, 3] for tensor<?x3xf32>; found [64, 4]");
    mx_executable_destroy(executable);
  }
}

/* Every element type goes through, and codes have no bits beyond their width.
 */
static void elements(void) {
  static const struct {
    const char *element;
    size_t size;
    unsigned char largest;
  } types[] = {{"f64", 8, 1},       {"f32", 4, 1},        {"f16", 2, 1},
               {"bf16", 2, 1},      {"i1", 1, 1},         {"i8", 1, 255},
               {"i16", 2, 1},       {"i32", 4, 1},        {"i64", 8, 1},
               {"index", 8, 1},     {"f8E4M3FN", 1, 255}, {"f8E5M2", 1, 255},
               {"f4E2M1FN", 1, 15}, {"f6E3M2FN", 1, 63},  {"f6E2M3FN", 1, 63}};
  for (size_t t = 0; t < COUNT(types); ++t) {
    char source[300];
    snprintf(source, sizeof source,
             "func.func @main(%%a: tensor<5x%s>) -> tensor<5x%s> {\n"
             "  return %%a : tensor<5x%s>\n}\n",
             types[t].element, types[t].element, types[t].element);
    mx_executable *executable = compile(source, "none", "cpu");
    unsigned char in[40] = {0}, out[40] = {0};
    const int64_t n = 5;
    for (size_t i = 0; i < 5; ++i)
      in[i * types[t].size] = (unsigned char)(types[t].largest - (i & 1));
    mx_array x = {in, types[t].element, 1, &n, NULL, NULL};
    mx_array y = {out, types[t].element, 1, &n, NULL, NULL};
    CHECK(!call(executable, x, y) && !memcmp(in, out, 5 * types[t].size));
    if (types[t].size == 1 && types[t].largest < 255) {
      in[3] = (unsigned char)(types[t].largest + 1);
      FAILS(call(executable, x, y), ARGUMENT, "at element 3");
    }
    mx_executable_destroy(executable);
  }
  mx_executable *executable =
      compile("func.func @main(%a: tensor<2xcomplex<f32>>) -> "
              "tensor<2xcomplex<f32>> {\n  return %a : "
              "tensor<2xcomplex<f32>>\n}\n",
              "none", "cpu");
  float pair[4];
  const int64_t n = 2;
  mx_array x = {pair, "complex<f32>", 1, &n, NULL, NULL};
  FAILS(call(executable, x, x), ARGUMENT, "no array can carry");
  mx_executable_destroy(executable);
}

/* One scalar, several, and a function of nothing. */
static void scalars(void) {
  mx_executable *executable =
      compile("func.func @one(%a: f64) -> f64 {\n  return %a : f64\n}\n"
              "func.func @two(%a: i8, %b: f64) -> (f64, i8) {\n"
              "  return %b, %a : f64, i8\n}\n"
              "func.func @none() {\n  return\n}\n",
              "none", "cpu");
  double a = 1.5, r = 0;
  signed char i = -3, j = 0;
  mx_array da = {&a, "f64", 0, NULL, NULL, NULL}, dr = {&r, "f64", 0, 0, 0, 0};
  mx_array di = {&i, "i8", 0, NULL, NULL, NULL}, dj = {&j, "i8", 0, 0, 0, 0};
  CHECK(!mx_executable_call(executable, "one", &da, 1, &dr, 1) && r == 1.5);
  mx_array in[] = {di, da}, out[] = {{0}, dj};
  CHECK(!mx_executable_call(executable, "two", in, 2, out, 2));
  CHECK(*(double *)out[0].data == 1.5 && j == -3 && out[0].rank == 0);
  mx_array_release(out);
  CHECK(!mx_executable_call(executable, "none", NULL, 0, NULL, 0));
  mx_executable_destroy(executable);
}

/* A block-scaled value is its parts: two rows of ones in MXFP4, once with
 * static extents and once with dynamic ones. */
static void parts(void) {
  static const char *const shapes[] = {"2x64x", "?x?x"};
  static const char *const results[] = {"2x64x", "?x?x"};
  for (int d = 0; d < 2; ++d) {
    char source[400];
    snprintf(source, sizeof source,
             "func.func @main(%%q: tensor<%s!mx.mxfp4>) -> tensor<%sf32> {\n"
             "  %%x = mx.dequantize %%q : tensor<%s!mx.mxfp4> -> "
             "tensor<%sf32>\n  return %%x : tensor<%sf32>\n}\n",
             shapes[d], results[d], shapes[d], results[d], results[d]);
    mx_program *program = parse(source, "none", "cpu");
    text found = {NULL, 0};
    CHECK(program && !mx_program_signature(program, append, &found));
    CHECK(contains(&found, d ? "[-1,-1,16]" : "[2,2,16]"));
    mx_program_destroy(program);
    mx_executable *executable = compile(source, "none", "cpu");
    unsigned char codes[2 * 2 * 16], scale[4] = {127, 128, 127, 126};
    memset(codes, 0x22, sizeof codes); /* 1.0 twice */
    int64_t k = 64, cs[] = {2, 2, 16}, ss[] = {2, 2}, wrong[] = {2, 1};
    mx_array arguments[] = {{codes, "i8", 3, cs, NULL, NULL},
                            {scale, "i8", 2, ss, NULL, NULL},
                            {&k, "index", 0, NULL, NULL, NULL}};
    size_t count = d ? 3 : 2;
    mx_array y = {0};
    CHECK(!mx_executable_call(executable, "main", arguments, count, &y, 1));
    CHECK(y.sizes[0] == 2 && y.sizes[1] == 64);
    for (int i = 0; i < 128; ++i)
      CHECK(((float *)y.data)[i] == ldexpf(1, scale[i / 32] - 127));
    mx_array_release(&y);
    arguments[1].sizes = wrong;
    FAILS(mx_executable_call(executable, "main", arguments, count, &y, 1),
          ARGUMENT, "argument 0 (scale) of shape [2, 2]");
    arguments[1].sizes = ss;
    static const int64_t extents[] = {32, 65, -1, INT64_MAX, INT64_MIN};
    for (int i = 0; d && i < 5; ++i) {
      k = extents[i];
      FAILS(mx_executable_call(executable, "main", arguments, 3, &y, 1),
            ARGUMENT, "argument 0 (");
    }
    k = 40; /* The second block is filled up with zeros, which nothing reads. */
    if (d) {
      CHECK(!mx_executable_call(executable, "main", arguments, 3, &y, 1));
      CHECK(y.sizes[1] == 40);
      mx_array_release(&y);
    }
    mx_executable_destroy(executable);
  }
}

/* Code would end the process where the runtime refuses to run. */
static void machines(void) {
  mx_executable *executable = compile(dynamic, "mxfp8", "cpu");
  float data[6] = {1, 2, 3, 4, 5, 6}, room[6];
  const int64_t n[] = {2, 2}, w[] = {2, 3};
  mx_array x = f32(data, 2, n, NULL), y = f32(room, 2, n, NULL);
  mx_array both[] = {x, f32(data, 2, w, NULL)}, z = {0};
  CHECK(!setenv("MX_RUNTIME_ISA", "abacus", 1));
  FAILS(mx_executable_call(executable, "main", both, 2, &z, 1), SYSTEM,
        "MX_RUNTIME_ISA=abacus is unknown");
  CHECK(!z.data && !z.owner);
  CHECK(!unsetenv("MX_RUNTIME_ISA"));
  CHECK(!mx_executable_call(executable, "main", both, 2, &z, 1));
  mx_array_release(&z);
  mx_executable_destroy(executable);
  executable = compile(twice, "none", "nvvm");
  int status = call(executable, x, y);
  CHECK(status == MX_COMPILER_OK ||
        (status == SYSTEM && strstr(mx_compiler_error(), "needs a GPU")));
  mx_executable_destroy(executable);
}

int main(void) {
  layouts();
  mistakes();
  extents();
  elements();
  scalars();
  parts();
  machines();
  puts("as expected");
  return 0;
}
