//===- Assembly.h - Statements of inline PTX --------------------*- C++ -*-===//

#ifndef MX_LIB_EMULATOR_ASSEMBLY_H
#define MX_LIB_EMULATOR_ASSEMBLY_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace mx::emulator {

struct Statement {
  std::string opcode;
  /// Each operand as the registers and numbers in it: `{$0, $1}`, `$0|p` and
  /// `[$1, {$2, $3}]` have two, two and three.
  std::vector<std::vector<std::string>> operands;
};

/// The statements of a text, in order. Declarations are left out, and a loop
/// around mbarrier.try_wait is one `mbarrier.wait`. Other branches stay, for
/// nobody to know.
std::vector<Statement> parseAssembly(llvm::StringRef text);

} // namespace mx::emulator

#endif // MX_LIB_EMULATOR_ASSEMBLY_H
