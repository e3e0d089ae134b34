//===- Parameters.h - The parameters of a plain C function ------*- C++ -*-===//

#ifndef MX_LIB_TARGET_C_PARAMETERS_H
#define MX_LIB_TARGET_C_PARAMETERS_H

#include "mx/Target/C/Library.h"

namespace mx::c {

/// One parameter in C. Their order: arguments, results, extents, workspace,
/// stream.
struct Parameter {
  enum class Kind { Input, Number, Output, Extent, Workspace, Stream };
  Kind kind;
  std::string name;
  const Slot *value; ///< null for an extent, the workspace and the stream
};

std::vector<Parameter> getParameters(const Function &function);

/// What follows the extents: the workspace and, on a GPU, the stream.
void addPlaces(bool onDevice, std::vector<Parameter> &parameters);

/// Parameters of F_workspace_bytes, those that sizes depend on: scalars of type
/// index and extents, as F has them.
std::vector<Parameter> getSizeParameters(const Function &function);

/// Those of them that a shape depends on, which must not be negative.
std::vector<Parameter> getExtentParameters(const Function &function);

/// The C type of an element or scalar.
std::string getCType(const Slot &value);

/// What went wrong, `code % 16` of an error code. The rest numbers the text.
enum class ErrorKind {
  NullPointer = 1,
  BadExtent,
  Assertion,
  Runtime,
  NoKernel,
  BadAlignment
};

/// The texts of a library's errors, in the order of their numbers.
class ErrorTable {
public:
  /// The code of an error of this kind and text, at most one for each text.
  int add(ErrorKind kind, const llvm::Twine &text);

  llvm::ArrayRef<std::pair<int, std::string>> getEntries() const {
    return entries;
  }

private:
  std::vector<std::pair<int, std::string>> entries;
};

/// The variable of each thread that a failed assertion leaves its code in.
inline constexpr llvm::StringLiteral kAssertionCode = ".assertion_code";

/// Makes each cf.assert of a module of the stage `lowered` a marked call that
/// lowerAssertions, at the stage `llvm`, turns into a return with an error.
/// Whether there was one.
bool markAssertions(mlir::ModuleOp module, llvm::StringRef prefix,
                    ErrorTable &errors);
void lowerAssertions(mlir::ModuleOp module);

/// Adds the plain function of `function`, F_workspace_bytes and what they need
/// to a module of the stage `lowered`, and makes the functions they call
/// private.
void addEntry(mlir::ModuleOp module, const Function &function,
              const Library &library, ErrorTable &errors);

/// The function that a dispatcher's choice names.
const Function &getChosen(const Library &library,
                          const Dispatcher::Choice &choice);

/// The parameters of a dispatcher: what its functions have in common, all
/// extents, and the places; and of its _workspace_bytes: the extents.
std::vector<Parameter> getParameters(const Library &library,
                                     const Dispatcher &dispatcher);
std::vector<Parameter> getSizeParameters(const Dispatcher &dispatcher);

/// Fails unless a dispatcher's functions differ in extents only.
llvm::Error checkDispatcher(const Library &library,
                            const Dispatcher &dispatcher);

/// Adds a dispatcher and its _workspace_bytes, after its functions' entries.
void addDispatcher(mlir::ModuleOp module, const Library &library,
                   const Dispatcher &dispatcher, ErrorTable &errors);

/// Adds PREFIX_error_text.
void addErrorText(mlir::ModuleOp module, const Library &library,
                  const ErrorTable &errors);

} // namespace mx::c

#endif // MX_LIB_TARGET_C_PARAMETERS_H
