//===- Signature.h - Functions as C sees them -------------------*- C++ -*-===//
//
// A public function of a module as a plain C function: dense row-major arrays
// by pointer, scalars by value, dynamic extents as int64_t. Extents that the
// module takes to be equal are one parameter, so that a caller cannot pass
// arrays that do not fit each other.
//
//===----------------------------------------------------------------------===//

#ifndef MX_TARGET_C_SIGNATURE_H
#define MX_TARGET_C_SIGNATURE_H

#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/BuiltinOps.h"
#include "mx/Pipelines/Signature.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>
#include <vector>

namespace mx::c {

/// What one argument or result of the packed function is in C.
struct Slot {
  enum class Kind {
    Array,  ///< a pointer
    Scalar, ///< a number; a pointer to one where it is a result
    Seed,   ///< uint64_t
    Extent, ///< no parameter of its own: the logical extent of an array
  };
  Kind kind;
  std::string name; ///< "arg0", "arg0_codes", "out0"
  /// What it holds, for people: the type in the module where C has no such one.
  std::string detail;
  mlir::Type type; ///< the element type of an array, else the type itself
  /// Of an array, over the function's extents as symbols; of an Extent, its one
  /// value.
  mlir::SmallVector<mlir::AffineExpr> shape;
  bool isCode = false; ///< integers that stand for floats
};

/// Where the number behind a symbol of `Slot::shape` comes from.
struct Extent {
  std::string name;
  /// A scalar argument of the function, by number; else a parameter of its own.
  std::optional<unsigned> scalar;
};

struct Function {
  std::string name;   ///< in the module
  std::string symbol; ///< in C
  /// In order, as the stage `packed` has them.
  std::vector<Slot> arguments, results;
  std::vector<Extent> extents;
  bool onHeap = false;   ///< not all temporaries lie in the workspace
  bool onDevice = false; ///< arrays and workspace lie in GPU memory
};

/// Reads the signatures of a module's public functions, in three steps, each
/// at its stage. An error says what C cannot express.
class SignatureReader {
public:
  /// Names in C are `prefix`, an underscore and the function's name.
  explicit SignatureReader(llvm::StringRef prefix) : prefix(prefix) {}

  /// At `imported`: which extents are equal.
  void readExtents(mlir::ModuleOp module);
  /// At `quantized`: the arguments that users think of.
  llvm::Error readValues(mlir::ModuleOp module);
  /// At `packed`: what they are made of, and the results' extents.
  llvm::Error readParts(mlir::ModuleOp module);

  std::vector<Function> takeFunctions() { return std::move(functions); }

private:
  std::string prefix;
  llvm::StringMap<std::vector<llvm::SmallVector<ArgumentExtent>>> equal;
  std::vector<Function> functions;
};

/// A name as C takes it: other characters than letters, digits and underscores
/// become underscores.
std::string getIdentifier(llvm::StringRef name);

} // namespace mx::c

#endif // MX_TARGET_C_SIGNATURE_H
