/*===- mx.h - C API of the compiler --------------------------------*- C
-*-===//
//
// Programs in MLIR, on their way through the stages imported, quantized,
// packed, lowered and llvm, to text, objects or functions of this process. No
// C++ type and no exception crosses it. Handles may be used from any thread,
// each by one at a time, but mx_program_cancel by any at any time.
//
// A function that returns a pointer returns null on an error, one that returns
// an int something other than 0; mx_compiler_error() then has the text, with
// MLIR's locations. Nothing is written to stderr.
//
// Functions are added, never changed; MX_C_VERSION counts such additions.
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

#define MX_C_VERSION 1

/* The version of the library that is linked. */
int64_t mx_c_version(void);

/* The text of the last error in this thread, "" if there was none; valid until
 * the next failing call in this thread. */
const char *mx_compiler_error(void);

/* Receives a result; may be called several times for one. */
typedef void (*mx_writer)(void *user, const char *bytes, size_t length);

/* Names that options take, one a line, with a tab and a description where there
 * is one: `what` is recipes, targets, chips or stages. */
int mx_list(const char *what, mx_writer write, void *user);

/*===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===*/

typedef struct mx_program mx_program;

/* Null stands for the default. */
typedef struct mx_program_options {
  const char *recipe; /* a built-in one's name (none), a file or the attribute
                         #mx.recipe<…>; after the first two `,key=value…` */
  const char *target; /* reference (the default), cpu or nvvm */
  const char *chip;   /* of target nvvm; sm_90a */
} mx_program_options;

/* Parses MLIR, as text or bytecode; `name` stands for the file in messages. */
mx_program *mx_program_parse(const char *text, size_t length, const char *name,
                             const mx_program_options *options);
void mx_program_destroy(mx_program *program);

/* Goes on to a stage; a program never goes back. */
int mx_program_lower(mx_program *program, const char *stage);

/* Lets the call at work on this program fail soon. */
void mx_program_cancel(mx_program *program);

/* Warnings and remarks so far; valid until the next call with this program. */
const char *mx_program_remarks(mx_program *program);

/* Writes the program, which goes on to the stage llvm for all but mlir:
 *   mlir    text, at the stage it has reached
 *   ll      LLVM IR
 *   o       a relocatable object for this machine
 *   ptx     the kernels of target nvvm
 *   cubin   the same, by ptxas */
int mx_program_emit(mx_program *program, const char *kind, mx_writer write,
                    void *user);

/* Public functions, as JSON: {"functions": [{"name", "arguments", "results",
 * "equal"}]}. A value has "type" (in MLIR), "element" (its scalar type),
 * "shape" (null for a scalar, -1 for a dynamic extent) and, where true, "seed":
 * true for the argument that takes the seed. "equal" lists sets of extents that
 * must be equal at a call, else memory is read that is no argument's:
 * [argument, axis], and [-1, number] for a number. The program goes on to the
 * stage quantized. */
int mx_program_signature(mx_program *program, mx_writer write, void *user);

/* One JSON object a line for each product: "location", "a", "b", "result" (in
 * MLIR) and "family": float for one that the recipe left alone, with target
 * nvvm the kernel family, else the target. There "schedule" and "rejected" (a
 * list of {"family", "condition"}) are added. The program goes on to the stage
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

/* A public function, as void function(void **slots). It may run in several
 * threads at once.
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
