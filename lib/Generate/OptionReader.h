//===- OptionReader.h - Values of a kernel's options ------------*- C++ -*-===//

#ifndef MX_LIB_GENERATE_OPTIONREADER_H
#define MX_LIB_GENERATE_OPTIONREADER_H

#include "mx/Generate/KernelSpec.h"
#include "llvm/ADT/StringMap.h"

namespace mx {

/// Hands out the values of one kernel's options. The first mistake is kept and
/// what follows it reads as default values, so that a reader need not stop.
class OptionReader {
public:
  OptionReader(llvm::StringRef kind, llvm::ArrayRef<KernelWord> words,
               mlir::MLIRContext &context);

  bool has(llvm::StringRef name) const { return values.contains(name); }
  /// The value of an option, empty where it is not there.
  llvm::StringRef get(llvm::StringRef name) const;

  /// A positive number or kDynamic; the option must be there.
  int64_t getExtent(llvm::StringRef name);
  int64_t getNumber(llvm::StringRef name, int64_t byDefault, int64_t last);
  /// A finite number as f32; 1 by default.
  mlir::FloatAttr getFactor(llvm::StringRef name);
  /// f32, bf16 or f16; f32 by default.
  mlir::Type getFloat(llvm::StringRef name);
  ScaledType getFormat(llvm::StringRef name);
  /// A float or a format.
  mlir::Type getOperand(llvm::StringRef name);
  /// The index of the option's value in `choices`; 0 by default.
  unsigned getChoice(llvm::StringRef name,
                     llvm::ArrayRef<llvm::StringRef> choices);
  HadamardAttr getHadamard();

  void fail(const llvm::Twine &message);
  llvm::Error takeError();

private:
  /// Whether the option is there; a mistake otherwise.
  bool require(llvm::StringRef name, llvm::StringRef expected);
  void failValue(llvm::StringRef name, llvm::StringRef expected);
  mlir::Type findFloat(llvm::StringRef word) const;
  llvm::SmallVector<int32_t> getFixedSigns(int64_t size);

  std::string kind, message;
  llvm::StringMap<std::string> values;
  mlir::MLIRContext &context;
};

} // namespace mx

#endif // MX_LIB_GENERATE_OPTIONREADER_H
