/*===- program.c - What the C API makes of a program
------------------------===//
//
// Every stage, every kind, memory and files, options and progress, calls
// through slots.
//
//===----------------------------------------------------------------------===*/

#include "common.h"

/* {allocated, aligned, offset, sizes, strides} of a matrix. */
typedef struct matrix {
  float *allocated, *aligned;
  int64_t offset, sizes[2], strides[2];
} matrix;

/* Ones times twos: every result is 128. */
static void run_by_slots(mx_executable *executable) {
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
  CHECK(!strcmp(mx_program_remarks(program), ""));
  mx_executable *executable = mx_program_jit(program);
  CHECK(executable);
  mx_program_destroy(program);
  run_by_slots(executable);
  mx_executable_destroy(executable);
}

/* What each list has. */
static void lists(void) {
  static const char *const parts[][2] = {
      {"recipes", "mxfp8\t"}, {"targets", "cpu\n"},    {"chips", "sm_90a\n"},
      {"stages", "packed\n"}, {"kinds", "bytecode\n"}, {"options", "mcpu\n"}};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; ++i) {
    text found = {NULL, 0};
    CHECK(!mx_list(parts[i][0], append, &found));
    CHECK(contains(&found, parts[i][1]));
  }
  CHECK(mx_c_version() == MX_C_VERSION);
}

/* A list of kernels is a program like any other. */
static void generated(void) {
  static const char list[] = "quantize --to=mxfp4 --m=2 --k=64\n"
                             "dequantize --from=mxfp4 --m=2 --k=64 # back\n";
  mx_option target = {"target", "cpu"};
  mx_program_options options = {sizeof options, &target, 1, NULL, NULL};
  mx_program *program =
      mx_program_generate(list, strlen(list), "kernels.list", &options);
  CHECK(program);
  mx_executable *executable = mx_program_jit(program);
  mx_program_destroy(program);
  float data[128];
  for (int i = 0; i < 128; ++i)
    data[i] = (float)(i % 7);
  int64_t sizes[] = {2, 64};
  mx_array x = {data, "f32", 2, sizes, NULL, NULL}, parts[2] = {{0}}, y = {0};
  CHECK(!mx_executable_call(executable, "quantize_f32_mxfp4_m2_k64", &x, 1,
                            parts, 2));
  CHECK(!mx_executable_call(executable, "dequantize_mxfp4_f32_m2_k64", parts, 2,
                            &y, 1));
  for (int i = 0; i < 128; ++i) /* 5 is a tie between 4 and 6 */
    CHECK(((float *)y.data)[i] == (i % 7 == 5 ? 4 : data[i]));
  mx_array_release(&parts[0]);
  mx_array_release(&parts[1]);
  mx_array_release(&y);
  mx_executable_destroy(executable);
  CHECK(!mx_program_generate("gemm", 4, "kernels.list", NULL));
  CHECK(strstr(mx_compiler_error(), "kernels.list:1:1: error: gemm needs"));
  CHECK(mx_compiler_status() == MX_COMPILER_ERROR_PROGRAM);
}

/* Arrays in GPU memory: what is wrong with them shows before the GPU is asked
 * for. */
static void device_arrays(void) {
  static const char list[] = "dequantize --from=mxfp4 --m=2 --k=64 --name=f";
  mx_option chosen[] = {{"target", "nvvm"}, {"arrays", "device"}};
  mx_program_options options = {sizeof options, chosen, 2, NULL, NULL};
  mx_program *program =
      mx_program_generate(list, strlen(list), NULL, &options);
  mx_executable *executable = program ? mx_program_jit(program) : NULL;
  mx_program_destroy(program);
  CHECK(executable);
  int64_t codes[] = {2, 2, 16}, scales[] = {2, 2}, wide[] = {4, 1};
  mx_array parts[] = {{(void *)4096, "i8", 3, codes, NULL, NULL},
                      {(void *)8200, "i8", 2, scales, NULL, NULL}};
  mx_array y = {0};
  CHECK(mx_executable_call_on_stream(executable, "f", parts, 2, &y, 1, NULL) ==
        MX_COMPILER_ERROR_ARGUMENT);
  CHECK(strstr(mx_compiler_error(), "aligned to 16 bytes in GPU memory"));
  parts[1].data = (void *)8192;
  parts[1].strides = wide;
  CHECK(mx_executable_call_on_stream(executable, "f", parts, 2, &y, 1, NULL) ==
        MX_COMPILER_ERROR_ARGUMENT);
  CHECK(strstr(mx_compiler_error(), "row-major without gaps in GPU memory"));
  mx_executable_destroy(executable);
}

/* Every stage by itself and one after the other, for every target; each has
 * what the one before it lacks. */
static void stages(void) {
  static const char *const names[] = {"imported", "quantized", "packed",
                                      "lowered", "llvm"};
  static const char *const marks[] = {"linalg.matmul", "mx.matmul",
                                      "mx.packed.matmul", "memref<2x64xf32>",
                                      "llvm.func @main"};
  static const char *const targets[] = {"reference", "cpu", "nvvm"};
  text found = {NULL, 0};
  for (size_t t = 0; t < 3; ++t) {
    mx_program *onward = parse(product, "mxfp8", targets[t]);
    for (size_t i = 0; i < 5; ++i) {
      CHECK(!mx_program_lower(onward, names[i]));
      CHECK(!mx_program_lower(onward, names[0])); /* never back */
      CHECK(!mx_program_emit(onward, "mlir", append, &found));
      CHECK(contains(&found, marks[i]));
      mx_program *direct = parse(product, "mxfp8", targets[t]);
      CHECK(!mx_program_lower(direct, names[i]));
      CHECK(!mx_program_emit(direct, "mlir", append, &found));
      CHECK(contains(&found, marks[i]));
      mx_program_destroy(direct);
    }
    mx_program_destroy(onward);
  }
}

/* Bytecode is a program again, at the stage it was at. */
static void bytecode(void) {
  text code = {NULL, 0}, found = {NULL, 0};
  mx_program *program = parse(product, "mxfp8", "cpu");
  CHECK(!mx_program_lower(program, "packed"));
  CHECK(!mx_program_emit(program, "bytecode", append, &code));
  mx_program_destroy(program);
  program = mx_program_parse(code.bytes, code.length, NULL, NULL);
  CHECK(program);
  CHECK(!mx_program_emit(program, "mlir", append, &found));
  CHECK(contains(&found, "mx.packed.matmul"));
  mx_program_destroy(program);
  /* Cut short, it is no program. */
  for (size_t length = 1; length < code.length; length += 37)
    GIVES_NULL(mx_program_parse(code.bytes, length, "cut", NULL), PROGRAM,
               "cut");
  free(code.bytes);
}

/* PTX in any order with the kinds of the host. */
static void kernels(void) {
  text found = {NULL, 0};
  mx_option chosen[] = {{"target", "nvvm"}, {"chip", "sm_100a"}};
  mx_program_options options = {sizeof options, chosen, 2, NULL, NULL};
  mx_program *program =
      mx_program_parse(product, strlen(product), NULL, &options);
  CHECK(program);
  for (int i = 0; i < 2; ++i) {
    CHECK(!mx_program_emit(program, "ptx", append, &found));
    CHECK(contains(&found, ".target sm_100a"));
    CHECK(!mx_program_emit(program, "o", append, &found));
    CHECK(contains(&found, "ELF"));
  }
  mx_program_destroy(program);
}

static int exists(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file)
    fclose(file);
  return file != NULL;
}

/* A file has what a writer gets; where it cannot be, there is none. */
static void files(const char *folder) {
  char path[4096], missing[4096];
  snprintf(path, sizeof path, "%s/program.ll", folder);
  snprintf(missing, sizeof missing, "%s/no/such/folder/program.ll", folder);
  text wanted = {NULL, 0};
  mx_program *program = parse(product, "mxfp8", "cpu");
  FAILS(mx_program_emit_file(program, "ll", missing), SYSTEM, missing);
  FAILS(mx_program_emit_file(program, "ll", folder), SYSTEM, folder);
  FAILS(mx_program_emit_file(program, "ll", NULL), ARGUMENT, "a path");
  FAILS(mx_program_emit_file(program, "exe", path), ARGUMENT, "bytecode");
  CHECK(!exists(path));
  CHECK(!mx_program_emit_file(program, "ll", path));
  CHECK(!mx_program_emit(program, "ll", append, &wanted));
  FILE *file = fopen(path, "rb");
  CHECK(file);
  char *bytes = malloc(wanted.length + 1);
  CHECK(fread(bytes, 1, wanted.length + 1, file) == wanted.length);
  CHECK(!memcmp(bytes, wanted.bytes, wanted.length));
  free(bytes);
  free(wanted.bytes);
  fclose(file);
  CHECK(!remove(path));
  mx_program_destroy(program);
  /* A program that does not compile leaves no file. */
  program = parse(product, "mine", "cpu");
  FAILS(mx_program_emit_file(program, "ll", path), PROGRAM, "mine");
  CHECK(!exists(path));
  mx_program_destroy(program);
}

/* Code for a CPU that is named has no instruction beyond it. */
static void processors(void) {
  mx_option chosen[] = {{"mcpu", "x86-64"}, {"mattr", "+avx"}};
  mx_program_options options = {sizeof options, chosen, 2, NULL, NULL};
  text found = {NULL, 0};
  mx_program *program =
      mx_program_parse(product, strlen(product), NULL, &options);
  CHECK(program);
  CHECK(!mx_program_emit(program, "ll", append, &found));
  CHECK(!contains(&found, "avx512"));
  mx_program_destroy(program);
}

/* Names of steps, and how many times the callback was called. */
typedef struct steps {
  char names[200];
  int left;
  mx_program *program;
} steps;

static int count(void *user, const char *step) {
  steps *made = user;
  strcat(strcat(made->names, step), " ");
  /* The program is at work: nothing else may be asked of it. */
  if (made->program)
    CHECK(mx_program_lower(made->program, "packed") == BUSY);
  return made->left-- == 0;
}

static void progress(void) {
  steps made = {"", 100, NULL};
  mx_program_options options = {sizeof options, NULL, 0, count, &made};
  mx_program *program =
      mx_program_parse(product, strlen(product), NULL, &options);
  CHECK(program);
  made.program = program;
  CHECK(!mx_program_lower(program, "packed"));
  mx_executable *executable = mx_program_jit(program);
  CHECK(executable);
  CHECK(!strcmp(made.names, "imported quantized packed lowered llvm code "));
  mx_executable_destroy(executable);
  mx_program_destroy(program);
  for (int after = 0; after < 6; ++after) {
    steps few = {"", after, NULL};
    options.progress_user = &few;
    program = mx_program_parse(product, strlen(product), NULL, &options);
    GIVES_NULL(mx_program_jit(program), CANCELLED, "cancelled");
    CHECK(mx_program_lower(program, "llvm"));
    mx_program_destroy(program);
  }
}

int main(int argc, char **argv) {
  CHECK(argc == 2);
  results();
  generated();
  device_arrays();
  lists();
  stages();
  bytecode();
  kernels();
  files(argv[1]);
  processors();
  progress();
  puts("as expected");
  return 0;
}
