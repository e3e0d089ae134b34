//===- Patterns.h - Lowerings for use in other passes -----------*- C++ -*-===//

#ifndef MX_CONVERSION_PATTERNS_H
#define MX_CONVERSION_PATTERNS_H

namespace mlir {
class DialectRegistry;
class RewritePatternSet;
} // namespace mlir

namespace mx {
class RuntimeSymbols;

/// Packed ops, mx.hadamard, mx.cast and mx.amax on memrefs to calls of
/// libmx_runtime. With `symbols` (see RuntimeCalls.h; it must outlive the
/// patterns, which are then for one thread) a large module is not searched for
/// each call.
void populateLowerCPUPatterns(mlir::RewritePatternSet &patterns,
                              RuntimeSymbols *symbols = nullptr);

/// mx.derive_seed to arith.
void populateLowerSeedPatterns(mlir::RewritePatternSet &patterns);

/// Makes stock `--convert-to-llvm` lower bufferized mx ops.
void registerConvertMXToLLVMInterface(mlir::DialectRegistry &registry);

} // namespace mx

#endif // MX_CONVERSION_PATTERNS_H
