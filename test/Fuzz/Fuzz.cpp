//===- Fuzz.cpp - What the kinds of cases share ---------------------------===//
//
// Kernels of the list, the caller's floating-point environment, random numbers
// and formats.
//
//===----------------------------------------------------------------------===//

#include "Fuzz.h"

#include "../../runtime/bench/Kernels.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace mx::fuzz {

using namespace contract;

Tally &tally() {
  static Tally theTally;
  return theTally;
}

const std::vector<std::string> &isasOf(const std::string &op) {
  static const auto table = [] {
    std::map<std::string, std::vector<std::string>> result;
    mx_runtime_kernels(
        [](void *user, const char *name, const char *isa, int supported) {
          auto &all =
              *static_cast<std::map<std::string, std::vector<std::string>> *>(
                  user);
          if (supported)
            all[name].push_back(isa);
          else
            std::printf("SKIPPED %s.%s: this CPU lacks its features\n", name,
                        isa);
        },
        &result);
    return result;
  }();
  static const std::vector<std::string> none;
  auto found = table.find(op);
  return found == table.end() ? none : found->second;
}

int callWith(Random &random, const std::function<int()> &call) {
  const int64_t threads[] = {1, 1, 1, 2, 2, 3, 7};
  mx_set_num_threads(threads[random.below(7)]);
#if defined(__x86_64__)
  unsigned saved = _mm_getcsr();
  unsigned wanted = saved & ~0xE040u;
  if (random.below(2))
    wanted |= 0x8040; // FTZ and DAZ, as -ffast-math programs set them
  if (random.below(4) == 0)
    wanted |= unsigned(random.below(4)) << 13; // rounding mode
  _mm_setcsr(wanted);
  int status = call();
  bool restored = (_mm_getcsr() & 0xFFC0) == (wanted & 0xFFC0);
  _mm_setcsr(saved);
  CHECK(restored);
#else
  int status = call();
#endif
  mx_set_num_threads(0);
  return status;
}

void forEachKernel(const std::string &op, Random &random,
                   const std::vector<Guarded *> &inputs,
                   const std::vector<Guarded *> &outputs,
                   const std::function<int()> &call,
                   const std::function<void()> &check) {
  std::string outer = test::context();
  for (const std::string &isa : isasOf(op)) {
    test::context() = outer + " " + op + "." + isa;
    setenv("MX_RUNTIME_ISA", isa.c_str(), 1);
    for (Guarded *out : outputs)
      out->clear();
    int status = -1;
    std::string ran =
        bench::tracedISA([&] { status = callWith(random, call); });
    if (!CHECK(status == MX_OK))
      std::printf("  %s\n", mx_last_error());
    bool intact = true;
    for (Guarded *operand : inputs)
      intact &= operand->intact();
    CHECK(intact); // inputs and what lies around them
    for (Guarded *out : outputs)
      intact &= out->intact();
    CHECK(intact); // gaps between and bytes around results
    check();
    Tally::Runs &runs = tally().runs[op + "." + isa];
    ++runs.calls;
    runs.taken += ran == isa;
  }
  unsetenv("MX_RUNTIME_ISA");
  test::context() = outer;
}

int64_t randomLength(Random &random, int64_t most) {
  if (most > 700 && random.below(30) == 0)
    return 1 + random.below(most);
  const int64_t limits[] = {4, 20, 70, 70, 140, 300, 700};
  return 1 + random.below(std::min(limits[random.below(7)], most));
}

float randomFloat(Random &random, bool specials) {
  if (specials && random.below(300) == 0) {
    const float list[] = {NAN, INFINITY, -INFINITY, -NAN, 3.4e38f};
    return list[random.below(5)];
  }
  if (random.below(20) == 0)
    return random.below(2) ? 0.0f : -0.0f;
  if (specials && random.below(40) == 0) // any bits of a finite number
    return floatOf(uint32_t(random.next()) & 0xFF7FFFFF);
  float value = 1.0f + float(random.below(1 << 23)) * 0x1p-23f;
  if (random.below(3) == 0) // ties of narrow formats
    value = 1.0f + float(random.below(32)) / 32;
  int exponent = int(random.below(specials ? 60 : 12)) - (specials ? 30 : 6);
  return std::ldexp(random.below(2) ? -value : value, exponent);
}

void fillFloats(Guarded &x, Random &random) {
  bool specials = random.below(3) == 0, tiny = random.below(12) == 0;
  for (int64_t i = 0; i < x.count(); ++i) {
    float value = randomFloat(random, specials);
    x.set(i, tiny ? value * 0x1p-126f : value);
  }
  x.freeze();
}

int64_t formatWord(const FloatFormat &f) {
  return MX_FORMAT(f.exponentBits, f.mantissaBits, int(f.kind), f.isSigned,
                   f.isInteger, f.isE8M0);
}

FloatFormat randomFormat(Random &random, unsigned bits) {
  const FloatFormat named[] = {kE2M1, kE2M3, kE3M2, kE4M3,
                               kE5M2, kInt8, kF16,  kBF16};
  for (;;) {
    FloatFormat f = named[random.below(8)];
    if (random.below(4) == 0) {
      f = {};
      f.exponentBits = uint8_t(random.below(9));
      f.mantissaBits = uint8_t(random.below(12));
      f.kind = FloatKind(random.below(3));
      f.isSigned = random.below(8) != 0;
    }
    if (f.isValid() && f.bits() <= bits && f.bits() >= 2)
      return f;
  }
}

std::string nameOf(const FloatFormat &f) {
  const char *kinds[] = {"ieee", "fn", "finite"};
  return f.isInteger ? "int8"
         : f.isE8M0  ? "E8M0"
                     : "E" + std::to_string(f.exponentBits) + "M" +
                           std::to_string(f.mantissaBits) + " " +
                           kinds[int(f.kind)] + (f.isSigned ? "" : " unsigned");
}

std::string nameOf(const ScaledFormat &f) {
  return nameOf(f.element) + " by " + nameOf(f.scale) + " [" +
         std::to_string(f.blockRows) + ", " + std::to_string(f.blockCols) +
         (f.hasTensorScale ? "] of two levels" : "]");
}

} // namespace mx::fuzz
