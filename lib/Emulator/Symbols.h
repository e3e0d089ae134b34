//===- Symbols.h - What translated kernels call -----------------*- C++ -*-===//

#ifndef MX_LIB_EMULATOR_SYMBOLS_H
#define MX_LIB_EMULATOR_SYMBOLS_H

#include <string>
#include <vector>

namespace mx::emulator {

struct Symbol {
  std::string name;
  void *address;
};

/// Names as CallBuilder declares them, and functions.
std::vector<Symbol> getSymbols();

} // namespace mx::emulator

#endif // MX_LIB_EMULATOR_SYMBOLS_H
