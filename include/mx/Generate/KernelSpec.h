//===- KernelSpec.h - Kernels as options describe them ----------*- C++ -*-===//
//
// One kernel of `mxc generate`, on the command line or as a line of a list
// file: what it computes, on which types and extents, and what it is called.
//
//===----------------------------------------------------------------------===//

#ifndef MX_GENERATE_KERNELSPEC_H
#define MX_GENERATE_KERNELSPEC_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Location.h"
#include "mx/Dialect/MX/IR/MX.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>

namespace mx {

enum class KernelKind { Gemm, Quantize, Dequantize, Hadamard };

/// The kinds, and their names on the command line.
llvm::ArrayRef<llvm::StringRef> getKernelKindNames();

/// What a quantisation makes: rows, their transpose, or both in one reading.
enum class Transposed { No, Only, Also };

struct KernelSpec {
  explicit KernelSpec(mlir::Location loc) : loc(loc) {}

  KernelKind kind = KernelKind::Gemm;
  mlir::Location loc; ///< where it is written

  /// Extents; ShapedType::kDynamic where the caller says them. Kinds other than
  /// gemm have no n. Without a batch tensors have rank 2.
  std::optional<int64_t> batch;
  int64_t m = 0, n = 0, k = 0;

  /// Element types: f32, bf16, f16, or block-scaled. gemm: a, b and result
  /// `to`; others: `from` and `to`.
  mlir::Type a, b, from, to;

  // gemm
  bool transposeA = false, transposeB = false, acc = false;
  mlir::FloatAttr alpha;
  Accumulate accumulate = Accumulate::Default;

  // quantize
  ScaleRuleAttr scaleRule; ///< null for the format's default
  Rounding rounding = Rounding::NearestEven;
  mlir::FloatAttr prescale;
  int64_t randomBits = 16, stream = 0;
  bool scaleMinNormal = false, amax = false;
  Transposed transposed = Transposed::No;

  // quantize and hadamard
  HadamardAttr hadamard;
  int64_t signStream = 0;

  /// The function's name: `gemm_mxfp4_bf16_m_dynamic_n4096_k4096`, made of all
  /// that differs from the defaults, or the one that was given.
  std::string name;
  /// The name that the options make, whatever was given.
  std::string signature;
  /// The signature without extents: kernels of one family differ in these only.
  std::string family;

  /// Whether the quantisation draws random bits.
  bool drawsBits() const;
  /// Whether the function draws anything and takes a seed.
  bool takesSeed() const;
  /// The extents that a family's kernels differ in, in the order of arguments:
  /// [batch,] m, [n,] k.
  mlir::SmallVector<std::pair<llvm::StringRef, int64_t>> getExtents() const;
};

/// An option as it is written: its name without dashes, and its value.
using KernelWord = std::pair<std::string, std::string>;

/// Reads a kernel. Errors name the option, what it takes and what it got.
llvm::Expected<KernelSpec> parseKernel(llvm::StringRef kind,
                                       llvm::ArrayRef<KernelWord> words,
                                       mlir::Location loc);

/// An option of a kernel, for parsing and for help.
struct KernelOption {
  llvm::StringLiteral name;
  llvm::StringLiteral value; ///< what it takes; empty for a flag
  llvm::StringLiteral kinds; ///< names of the kinds that have it
  llvm::StringLiteral help;
};
llvm::ArrayRef<KernelOption> getKernelOptions();

/// Sets `signature` and `family`, and `name` where it is empty.
void nameKernel(KernelSpec &spec);

/// Whether `name` can be a function of C.
bool isCIdentifier(llvm::StringRef name);

/// Reads a list: one kernel a line, `KIND --option=value …`, words quoted as in
/// a shell; what follows a # that begins a word is a comment. Errors are
/// diagnostics of `context` at the line. Two kernels of one signature or name
/// are an error that names both lines.
mlir::FailureOr<std::vector<KernelSpec>>
parseKernelList(llvm::StringRef text, llvm::StringRef fileName,
                mlir::MLIRContext &context);

} // namespace mx

#endif // MX_GENERATE_KERNELSPEC_H
