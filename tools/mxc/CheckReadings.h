//===- CheckReadings.h - What arrays of bytes may mean ----------*- C++ -*-===//

#ifndef MX_TOOLS_MXC_CHECKREADINGS_H
#define MX_TOOLS_MXC_CHECKREADINGS_H

#include "CheckInput.h"

namespace mxc {

struct CodesReading {
  mx::contract::FloatFormat format;
  std::vector<uint16_t> codes;
};
struct ScaleReading {
  mx::contract::FloatFormat format;
  std::vector<uint32_t> scales;
};

/// Sets items, rows, cols and the block extents of `dump` from the shapes.
llvm::Error inferBlocks(const Array &source, const Array &scale,
                        const DumpOptions &options, mx::check::Dump &dump);

/// The formats that the codes may be in, likely ones first.
llvm::Expected<std::vector<CodesReading>> readCodes(const Array &array,
                                                    const mx::check::Dump &dump,
                                                    const DumpOptions &options);

/// The codes behind dequantised values, given attempt's scales.
std::vector<CodesReading> recoverCodes(llvm::ArrayRef<float> dequantized,
                                       const mx::check::Dump &attempt,
                                       const DumpOptions &options);

/// The same for the scales.
llvm::Expected<std::vector<ScaleReading>>
readScales(const Array &array, const mx::check::Dump &dump,
           const DumpOptions &options);

llvm::Expected<float> readTensorScale(const Array &array);

} // namespace mxc

#endif // MX_TOOLS_MXC_CHECKREADINGS_H
