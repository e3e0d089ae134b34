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

/// How far a dump is from its source, whose largest magnitude is `amax`: less
/// for likelier readings.
double findDistance(const mx::check::Dump &attempt, float amax);

// Numbers of arrays, whatever NumPy calls their type.

/// Elements of one byte.
bool isBytes(const Array &array);
/// Integers that are wider, and are not bf16 in disguise.
bool isIntegers(const Array &array);
/// f2, f4, f8, and bf16 as V2 or u2.
bool isFloats(const Array &array);
int64_t getInteger(const Array &array, int64_t index);
double getFloat(const Array &array, int64_t index);
/// The code of an element's value, or -1 where the format has none.
int64_t encodeExactly(const mx::contract::FloatFormat &format, double value);

} // namespace mxc

#endif // MX_TOOLS_MXC_CHECKREADINGS_H
