//===- InlineCalls.h - Inlining where MLIR's inliner can run ----*- C++ -*-===//

#ifndef MX_LIB_PIPELINES_INLINECALLS_H
#define MX_LIB_PIPELINES_INLINECALLS_H

#include "mlir/Pass/Pass.h"

namespace mx {

/// MLIR's inliner on a module, except where an op with a region has no
/// registered dialect (IREE's util.func): it may be a symbol table, and there
/// the inliner of LLVM 22 reads a null symbol.
std::unique_ptr<mlir::Pass> createInlineCallsPass();

} // namespace mx

#endif // MX_LIB_PIPELINES_INLINECALLS_H
