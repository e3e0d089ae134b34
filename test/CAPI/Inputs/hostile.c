/*===- hostile.c - Null, unknown and wrong arguments of the C API
-----------===//
//
// Every function with every argument that can be wrong: a status and a text,
// and nothing on stderr (the test looks).
//
//===----------------------------------------------------------------------===*/

#include "common.h"

static void ignore(void *user, const char *bytes, size_t length) {
  (void)user, (void)bytes, (void)length;
}

static void null_handles(void) {
  mx_program_destroy(NULL);
  mx_program_cancel(NULL);
  mx_executable_destroy(NULL);
  mx_array_release(NULL);
  FAILS(mx_program_lower(NULL, "llvm"), ARGUMENT, "a program; found null");
  FAILS(mx_program_emit(NULL, "o", ignore, NULL), ARGUMENT, "a program");
  FAILS(mx_program_emit_file(NULL, "o", "x"), ARGUMENT, "a program");
  FAILS(mx_program_signature(NULL, ignore, NULL), ARGUMENT, "a program");
  FAILS(mx_program_explain(NULL, ignore, NULL), ARGUMENT, "a program");
  GIVES_NULL(mx_program_remarks(NULL), ARGUMENT, "a program");
  GIVES_NULL(mx_program_jit(NULL), ARGUMENT, "a program");
  CHECK(!mx_executable_lookup(NULL, "main"));
  FAILS(mx_executable_call(NULL, "main", NULL, 0, NULL, 0), ARGUMENT,
        "an executable; found null");
}

static void null_strings(void) {
  mx_program *program = parse(product, "mxfp8", "cpu");
  FAILS(mx_program_lower(program, NULL), ARGUMENT, "imported, quantized");
  FAILS(mx_program_emit(program, NULL, ignore, NULL), ARGUMENT, "bytecode");
  FAILS(mx_program_emit(program, "mlir", NULL, NULL), ARGUMENT, "a writer");
  FAILS(mx_program_emit_file(program, "mlir", NULL), ARGUMENT, "a path");
  FAILS(mx_program_emit_file(program, NULL, "x"), ARGUMENT, "kind");
  FAILS(mx_program_signature(program, NULL, NULL), ARGUMENT, "a writer");
  FAILS(mx_program_explain(program, NULL, NULL), ARGUMENT, "a writer");
  FAILS(mx_list(NULL, ignore, NULL), ARGUMENT, "recipes, targets");
  FAILS(mx_list("targets", NULL, NULL), ARGUMENT, "a writer");
  GIVES_NULL(mx_program_parse(NULL, 3, NULL, NULL), ARGUMENT, "text");
  mx_executable *executable = mx_program_jit(program);
  CHECK(executable); /* None of these has ended the program. */
  CHECK(!mx_executable_lookup(executable, NULL));
  FAILS(mx_executable_call(executable, NULL, NULL, 0, NULL, 0), ARGUMENT,
        "main");
  mx_executable_destroy(executable);
  mx_program_destroy(program);
  program = mx_program_parse(NULL, 0, NULL, NULL); /* An empty module. */
  CHECK(program);
  executable = mx_program_jit(program);
  CHECK(executable);
  FAILS(mx_executable_call(executable, "main", NULL, 0, NULL, 0), ARGUMENT,
        "no");
  mx_executable_destroy(executable);
  mx_program_destroy(program);
}

static void unknown_names(void) {
  FAILS(mx_list("colours", ignore, NULL), ARGUMENT, "expected recipes");
  GIVES_NULL(parse(product, NULL, "tpu"), ARGUMENT, "unknown target 'tpu'");
  mx_program *program = parse(product, "mxfp8", NULL);
  FAILS(mx_program_lower(program, "last"), ARGUMENT, "unknown stage 'last'");
  FAILS(mx_program_lower(program, "%s%n"), ARGUMENT, "'%s%n'");
  FAILS(mx_program_emit(program, "exe", ignore, NULL), ARGUMENT, "kind 'exe'");
  FAILS(mx_program_emit(program, "ptx", ignore, NULL), ARGUMENT, "target nvvm");
  mx_executable *executable = mx_program_jit(program);
  CHECK(executable);
  CHECK(!mx_executable_lookup(executable, "other"));
  CHECK(strstr(mx_compiler_error(), "unknown function 'other'; expected main"));
  mx_executable_destroy(executable);
  mx_program_destroy(program);
}

/* Options of older, newer and confused programs. */
static void options(void) {
  static const struct {
    const char *key, *value, *part;
  } wrong[] = {
      {"chip", "sm_1", "unknown chip 'sm_1'; expected"},
      {"chips", "sm_90a", "unknown option 'chips'; expected recipe"},
      {"arrays", "here", "unknown arrays"},
      {"arrays", "device", "expected target nvvm for arrays=device; found ref"},
      {NULL, "x", "option (recipe"},
      {"recipe", NULL, "value of option 'recipe'"},
      {"mcpu", "pentium9", "no CPU is called 'pentium9'"},
      {"mattr", "avx", "expected '+' or '-'"},
      {"mattr", "+32bit-mode", "not a CPU's to choose"},
      {"mattr", "-64bit", "no 64-bit mode"},
      {"mcpu", "pentium4", "'pentium4' with these features has no 64-bit mode"},
  };
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; ++i) {
    mx_option option = {wrong[i].key, wrong[i].value};
    mx_program_options one = {sizeof one, &option, 1, NULL, NULL};
    GIVES_NULL(mx_program_parse("", 0, NULL, &one), ARGUMENT, wrong[i].part);
  }
  mx_program_options lost = {sizeof lost, NULL, 3, NULL, NULL};
  GIVES_NULL(mx_program_parse("", 0, NULL, &lost), ARGUMENT, "options");
  static const size_t sizes[] = {0, 1, sizeof lost - 1, (size_t)-1};
  for (size_t i = 0; i < 4; ++i) {
    lost = (mx_program_options){sizes[i], NULL, 0, NULL, NULL};
    GIVES_NULL(mx_program_parse("", 0, NULL, &lost), ARGUMENT, "struct_size");
  }
  /* A later version's struct does, while what it adds is 0. */
  struct {
    mx_program_options known;
    const char *later;
  } later = {{sizeof later, NULL, 0, NULL, NULL}, NULL};
  mx_program *program = mx_program_parse("", 0, NULL, &later.known);
  CHECK(program);
  mx_program_destroy(program);
  later.later = "set";
  GIVES_NULL(mx_program_parse("", 0, NULL, &later.known), ARGUMENT, "later");
}

/* IR that is wrong at some point, and what comes after an error. */
static void programs(void) {
  GIVES_NULL(parse("nonsense", NULL, NULL), PROGRAM, "product.mlir:1:1: error");
  GIVES_NULL(mx_program_parse("a\0b", 3, "nul", NULL), PROGRAM, "nul:1:");
  GIVES_NULL(mx_program_parse("\xff\xfe\xff", 3, "x\xff", NULL), PROGRAM,
             ":1:");
  GIVES_NULL(mx_program_parse("ML\xefR\xff\xff", 6, "code", NULL), PROGRAM,
             "code");
  mx_program *program = parse(product, "mine", NULL);
  FAILS(mx_program_lower(program, "packed"), PROGRAM, "but found 'mine'");
  FAILS(mx_program_lower(program, "packed"), PROGRAM, "has failed before");
  FAILS(mx_program_emit(program, "mlir", ignore, NULL), PROGRAM, "'mine'");
  GIVES_NULL(mx_program_jit(program), PROGRAM, "has failed before");
  mx_program_destroy(program);
  program = parse(product, "mxfp8", NULL);
  mx_program_cancel(program);
  GIVES_NULL(mx_program_jit(program), CANCELLED, "cancelled");
  FAILS(mx_program_lower(program, "llvm"), CANCELLED, "cancelled");
  mx_program_destroy(program);
  /* Nested so deeply that a parser would run out of stack; in a text or in a
   * comment anything goes. */
  static char deep[1 << 20];
  for (size_t i = 0; i < sizeof deep; ++i)
    deep[i] = '[';
  GIVES_NULL(mx_program_parse(deep, sizeof deep, "deep", NULL), PROGRAM,
             "deep:1:301: error: expected at most 300 brackets");
  deep[0] = deep[1] = '/';
  program = mx_program_parse(deep, sizeof deep, "deep", NULL);
  CHECK(program);
  mx_program_destroy(program);
  /* What LLVM refuses, or cannot find. */
  program = parse("llvm.func @main() {\n"
                  "  llvm.inline_asm has_side_effects \"no instruction\", \"\" "
                  ": () -> ()\n  llvm.return\n}\n"
                  "func.func @f() {\n  return\n}\n",
                  NULL, NULL);
  CHECK(program);
  CHECK(mx_program_emit(program, "o", ignore, NULL) == PROGRAM);
  CHECK(strstr(mx_compiler_error(), "invalid instruction"));
  GIVES_NULL(mx_program_jit(program), PROGRAM, "invalid instruction");
  mx_program_destroy(program);
  program = parse("func.func private @nowhere()\n"
                  "func.func @main() {\n  call @nowhere() : () -> ()\n"
                  "  return\n}\n",
                  NULL, NULL);
  GIVES_NULL(mx_program_jit(program), PROGRAM, "nowhere");
  mx_program_destroy(program);
}

int main(void) {
  CHECK(!strcmp(mx_compiler_error(), "") && mx_compiler_status() == 0);
  null_handles();
  null_strings();
  unknown_names();
  options();
  programs();
  puts("as expected");
  return 0;
}
