//===- Fuzz.h - Random calls of the C ABI -----------------------*- C++ -*-===//
//
// A case is made from its number and the seed alone. Each kernel that the CPU
// supports gets the same call; what it writes is compared with lib/Support.
//
//===----------------------------------------------------------------------===//

#ifndef MX_TEST_FUZZ_FUZZ_H
#define MX_TEST_FUZZ_FUZZ_H

#include "Guarded.h"
#include "mx/Support/Quantize.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace mx::fuzz {

/// What ran, for the summary.
struct Tally {
  long long shapes = 0; ///< random calls made up
  /// "matmul_exact.amx": calls with that ISA forced, and how many of them its
  /// kernel took; older kernels got the others.
  struct Runs {
    long long calls = 0, taken = 0;
  };
  std::map<std::string, Runs> runs;
  long long refused = 0; ///< broken calls that the ABI found out
};
Tally &tally();

/// The ISAs with a kernel of `op` that this CPU supports.
const std::vector<std::string> &isasOf(const std::string &op);

/// Calls call() with random threads, rounding mode, FTZ and DAZ of the caller,
/// which must be the same afterwards. Returns its status.
int callWith(Random &random, const std::function<int()> &call);

/// For each kernel of `op`: forces it, clears `outputs`, calls, requires MX_OK
/// and everything else untouched, then check(). Results must not depend on the
/// round.
void forEachKernel(const std::string &op, Random &random,
                   const std::vector<Guarded *> &inputs,
                   const std::vector<Guarded *> &outputs,
                   const std::function<int()> &call,
                   const std::function<void()> &check);

/// A length: mostly small, sometimes large.
int64_t randomLength(Random &random, int64_t most);
/// A float: any magnitude, zeros, denormals; with `specials` NaN and Inf too.
float randomFloat(Random &random, bool specials);
void fillFloats(Guarded &x, Random &random);
int64_t formatWord(const contract::FloatFormat &format);
/// A format of the contract, named ones mostly, of at most `bits` bits.
contract::FloatFormat randomFormat(Random &random, unsigned bits);

/// What to call a format in a message.
std::string nameOf(const contract::FloatFormat &f);
std::string nameOf(const contract::ScaledFormat &f);

// The kinds of cases.
void fuzzQuantize(Random &random);
void fuzzQuantizeTwice(Random &random);
void fuzzMatmul(Random &random);
void fuzzHadamard(Random &random);
void fuzzCast(Random &random);
void fuzzDecode(Random &random);
void fuzzAmax(Random &random);
void fuzzRelayout(Random &random);
void fuzzPacking(Random &random);
/// Records with a wild field: any status, but nothing else is touched.
void fuzzBrokenRecords(Random &random);

} // namespace mx::fuzz

#endif // MX_TEST_FUZZ_FUZZ_H
