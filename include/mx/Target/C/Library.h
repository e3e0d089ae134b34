//===- Library.h - Objects for C programs -----------------------*- C++ -*-===//
//
// A module as an object that exports one plain C function per public function,
// and the header that declares them:
//
//     int PREFIX_f(const float *x, float *out0, int64_t x_d0, void *workspace);
//     int64_t PREFIX_f_workspace_bytes(int64_t x_d0);
//     const char *PREFIX_error_text(int code);
//
// Those of target nvvm take a stream as well, `void *stream`, after the
// workspace, and all arrays are in GPU memory.
//
// The object shows nothing else, so that several link into one program.
//
//===----------------------------------------------------------------------===//

#ifndef MX_TARGET_C_LIBRARY_H
#define MX_TARGET_C_LIBRARY_H

#include "mx/Pipelines/Program.h"
#include "mx/Target/C/Dispatcher.h"
#include "mx/Target/C/Signature.h"
#include "llvm/Support/raw_ostream.h"

namespace mx::c {

struct LibraryOptions {
  /// A C identifier.
  std::string prefix;
  /// OpenMP threads of each call; 0: as many as OpenMP says.
  int64_t threads = 0;
  std::vector<Dispatcher> dispatchers;
};

struct Library {
  LibraryOptions options;
  std::vector<Function> functions;
  bool usesRuntime = false;   ///< calls libmx_runtime
  bool onDevice = false;      ///< runs on a GPU, with libmx_cuda_runtime
  bool hasAssertions = false; ///< may fail with PREFIX_ASSERTION
};

/// Takes a program to the stage `llvm`, where its module has the plain
/// functions as its only public symbols. The program must be at its start and
/// have been made with PipelineOptions::callerMemory and, for target nvvm,
/// deviceArrays.
llvm::Expected<Library> lowerToLibrary(Program &program,
                                       const LibraryOptions &options);

/// The header that declares a library's functions. `name` is the header's file
/// name, which the include guard is made of; `origin` says what it was made
/// from, in one line.
void printHeader(const Library &library, llvm::StringRef name,
                 llvm::StringRef origin, llvm::raw_ostream &os);

} // namespace mx::c

#endif // MX_TARGET_C_LIBRARY_H
