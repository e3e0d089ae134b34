/*===- mx.h - C API of the compiler --------------------------------*- C
-*-===//
//
// Programs in MLIR, on their way through the stages imported, quantized,
// packed, lowered and llvm, to text, bytecode, objects or functions of this
// process. docs/c-api.md starts from nothing; docs/versions.md says what stays.
//
// No C++ type and no exception crosses it, and nothing is written to stderr. A
// function that returns a pointer returns null on an error, one that returns an
// int an mx_compiler_status other than 0; mx_compiler_error() then has the
// text, with MLIR's locations. Null handles, null strings and unknown names are
// such errors; destroying null does nothing.
//
// A program may be used by any thread, but by one at a time: a call while
// another one is at work is MX_COMPILER_ERROR_BUSY. mx_program_cancel may be
// called at any time. An executable may be used by several threads at once.
// Nothing may be destroyed while a call with it is at work. Callbacks return
// normally: they neither throw nor jump out.
//
// Out of memory, an LLVM without a way to select an instruction and an
// assertion in the user's own program (cf.assert) end the process.
//
//===----------------------------------------------------------------------===*/

#ifndef MX_C_MX_H
#define MX_C_MX_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The library is built with hidden visibility; these are what it exports. */
#pragma GCC visibility push(default)

/* Functions are added, never changed; MX_C_VERSION counts such additions. */
#define MX_C_VERSION 2

/* The version of the library that is linked. */
int64_t mx_c_version(void);

/*===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===*/

enum mx_compiler_status {
  MX_COMPILER_OK = 0,
  MX_COMPILER_ERROR_ARGUMENT = 1,  /* a handle, name, count or array is wrong */
  MX_COMPILER_ERROR_PROGRAM = 2,   /* the IR or the recipe does not compile */
  MX_COMPILER_ERROR_CANCELLED = 3, /* mx_program_cancel, or by mx_progress */
  MX_COMPILER_ERROR_BUSY = 4,   /* another call is at work with this program */
  MX_COMPILER_ERROR_SYSTEM = 5, /* a file, memory, GPU or CPU is not there */
};

/* The text of the last error in this thread, "" if there was none; valid until
 * the next failing call in this thread. */
const char *mx_compiler_error(void);

/* The mx_compiler_status of the last error in this thread. */
int mx_compiler_status(void);

/* Receives a result; may be called several times for one. */
typedef void (*mx_writer)(void *user, const char *bytes, size_t length);

/* Names that options take, one a line, with a tab and a description where there
 * is one: `what` is recipes, targets, chips, stages, kinds or options. */
int mx_list(const char *what, mx_writer write, void *user);

/*===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===*/

typedef struct mx_program mx_program;

/* An option by name, as `mxc compile` spells them:
 *   recipe  a built-in one's name (none), a file or the attribute
 *           #mx.recipe<…>; after the first two `,key=value…`
 *   target  reference (the default), cpu or nvvm
 *   chip    of target nvvm; sm_90a
 *   arrays  of target nvvm: host (the default; each call copies them) or
 *           device: all arrays of calls are in GPU memory
 *   mcpu    the CPU of kinds ll and o, as LLVM spells it; this machine's
 *   mattr   features to add to it or take away, `+a,-b` */
typedef struct mx_option {
  const char *key, *value;
} mx_option;

/* Called with the name of each stage, and with `code`, before it is made.
 * Another result than 0 cancels. */
typedef int (*mx_progress)(void *user, const char *step);

/* Set struct_size to sizeof(mx_program_options): later versions add members at
 * the end, and libraries of all versions take programs of all versions. Members
 * that are 0 stand for the defaults. */
typedef struct mx_program_options {
  size_t struct_size;
  const mx_option *options;
  size_t option_count;
  mx_progress progress;
  void *progress_user;
} mx_program_options;

/* Parses MLIR, as text or bytecode; `name` stands for the file in messages and
 * may be null, and so may `options`. */
mx_program *mx_program_parse(const char *text, size_t length, const char *name,
                             const mx_program_options *options);
void mx_program_destroy(mx_program *program);

/* Makes the kernels of a list as `mxc generate` takes it: one a line,
 * `gemm --a=mxfp4 --b=bf16 --m=dynamic --n=64 --k=256` (docs/generate.md). The
 * recipe has no say in them. Since version 2. */
mx_program *mx_program_generate(const char *list, size_t length,
                                const char *name,
                                const mx_program_options *options);

/* Goes on to a stage; a program never goes back, and one that it has reached is
 * no error. After an error here or in a function that goes on to a stage, the
 * program can only be destroyed. */
int mx_program_lower(mx_program *program, const char *stage);

/* Lets the call at work on this program fail soon, and every later one. */
void mx_program_cancel(mx_program *program);

/* Warnings and remarks so far; valid until the next call with this program.
 * Null on an error. */
const char *mx_program_remarks(mx_program *program);

/* Writes the program, which goes on to the stage llvm for all but the first
 * two:
 *   mlir      text, at the stage it has reached
 *   bytecode  MLIR's bytecode, at the stage it has reached
 *   ll        LLVM IR
 *   o         a relocatable object
 *   ptx       the kernels of target nvvm
 *   cubin     the same, by ptxas */
int mx_program_emit(mx_program *program, const char *kind, mx_writer write,
                    void *user);

/* The same into a file, which appears whole or not at all. */
int mx_program_emit_file(mx_program *program, const char *kind,
                         const char *path);

/* Public functions, as JSON: {"functions": [{"name", "arguments", "results",
 * "equal"}]}. A value has "type" (in MLIR), "element" (its scalar type),
 * "shape" (null for a scalar, -1 for a dynamic extent) and, where true, "seed":
 * true for the argument that takes the seed. A block-scaled tensor also has
 * "parts", what a call takes in its place: [{"part", "element", "shape"}].
 * "equal" lists sets of extents that must be equal at a call, else memory is
 * read that is no argument's: [argument, axis], and [-1, number] for a number.
 * The program goes on to the stage quantized. */
int mx_program_signature(mx_program *program, mx_writer write, void *user);

/* One JSON object a line for each product: "location", "a", "b", "result" (in
 * MLIR) and "family": float for one that the recipe left alone, with target
 * nvvm the kernel family, else the target. There "schedule" and "rejected" (a
 * list of {"family", "condition"}) are added, and "epilogue" where the kernel
 * goes on with elementwise ops: their names. The program goes on to the stage
 * packed. */
int mx_program_explain(mx_program *program, mx_writer write, void *user);

/*===----------------------------------------------------------------------===//
// Functions of this process
//===----------------------------------------------------------------------===*/

typedef struct mx_executable mx_executable;

/* Compiles all functions for this machine. The program goes on to the stage
 * llvm and may be destroyed before the executable. */
mx_executable *mx_program_jit(mx_program *program);
void mx_executable_destroy(mx_executable *executable);

/* A strided array of the caller's, as an argument or a result of a call; this
 * struct never grows. A scalar has rank 0.
 *
 * `element` is the signature's: f64, f32, f16, bf16, i1 (a byte, 0 or 1), i8,
 * i16, i32, i64, index (an int64_t), or a float of at most 8 bits such as
 * f8E4M3FN, one code a byte. `strides` count elements and may be negative or 0,
 * as long as elements of a result do not overlap; null is row-major without
 * gaps. `sizes` may be null for rank 0, `data` where there is no element. */
typedef struct mx_array {
  void *data;
  const char *element;
  int64_t rank;
  const int64_t *sizes, *strides;
  void *owner; /* of a result that the library made */
} mx_array;

/* Calls a public function. `arguments` are its arguments in order, with the
 * parts of a block-scaled tensor in its place, and `results` alike.
 *
 * Everything is checked before the call: counts, elements, ranks, static
 * extents, extents that must be equal, the parts of a block-scaled tensor.
 * Arguments are read only; those that are row-major, aligned and without gaps
 * are read where they lie, others are copied first.
 *
 * A result is written into the array given for it. One whose `element` is null
 * (of which `owner` is null too) becomes an array of the library's, to be given
 * back by mx_array_release. Where the shape of a result only shows after the
 * call and does not fit, the call has run, and no result is written. */
int mx_executable_call(mx_executable *executable, const char *name,
                       const mx_array *arguments, size_t argument_count,
                       mx_array *results, size_t result_count);

/* The same for target nvvm on a stream (a CUstream or cudaStream_t; null is the
 * default stream). With the option arrays=device the call returns once its work
 * is queued, unless the program reads data to go on; arrays are those of the
 * driver's first GPU, row-major without gaps, aligned to 16 bytes, and read
 * where they lie; codes are not checked. Numbers, which have no shape in the
 * signature, stay the host's. Arrays that the library makes are given back in
 * the order of the stream. mx_executable_call uses the calling thread's own
 * default stream (CU_STREAM_PER_THREAD). Since version 2. */
int mx_executable_call_on_stream(mx_executable *executable, const char *name,
                                 const mx_array *arguments,
                                 size_t argument_count, mx_array *results,
                                 size_t result_count, void *stream);

/* Gives back the memory of a result that the library made, and sets the array
 * to zeros. Does nothing for other arrays and for null. It may outlive the
 * executable. */
void mx_array_release(mx_array *array);

/* A public function, as void function(void **slots), without any check, for
 * callers that bring their own. It may run in several threads at once.
 *
 * Slots are, in order: where there is any tensor among the results or several
 * results, the address of a pointer to room for them; for each argument the
 * address of its value; else, where there is one scalar result, the address of
 * room for it. The value of a tensor is a pointer to a descriptor
 *     {void *allocated, *aligned; int64_t offset, sizes[rank], strides[rank]}
 * of a row-major buffer without gaps. The room holds the results one after the
 * other, each aligned to its size: descriptors and scalars. The caller owns the
 * memory of results and calls free() once for each distinct `allocated`.
 * A scaled tensor is passed as its parts: packed codes, scales, the tensor
 * scale, and, where its blocked axis is dynamic, that extent (an int64_t). */
typedef void (*mx_function)(void **slots);
mx_function mx_executable_lookup(mx_executable *executable, const char *name);

#pragma GCC visibility pop

#ifdef __cplusplus
} // extern "C"
#endif

#endif /* MX_C_MX_H */
