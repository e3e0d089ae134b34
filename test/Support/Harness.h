//===- Harness.h - Checks of the unit test programs -------------*- C++ -*-===//
//
// CHECK and CHECK_EQ count; finish() prints "N passed, M failed" and gives the
// exit status, which is 1 if anything failed or nothing ran.
//
//===----------------------------------------------------------------------===//

#ifndef MX_TEST_SUPPORT_HARNESS_H
#define MX_TEST_SUPPORT_HARNESS_H

#include <cstdint>
#include <cstdio>
#include <string>

namespace mx::test {

struct Counts {
  long long passed = 0, failed = 0;
};

inline Counts &counts() {
  static Counts theCounts;
  return theCounts;
}

/// What the checks that follow are about; printed with a failure.
inline std::string &context() {
  static std::string theContext;
  return theContext;
}

inline bool record(bool ok, const char *file, int line, const char *what) {
  if (ok) {
    ++counts().passed;
    return true;
  }
  if (++counts().failed <= 20)
    std::printf("%s:%d: failed: %s [%s]\n", file, line, what,
                context().c_str());
  return false;
}

template <typename A, typename B>
bool recordEqual(const A &a, const B &b, const char *file, int line,
                 const char *what) {
  if (record(a == b, file, line, what))
    return true;
  if (counts().failed <= 20)
    std::printf("  left %s, right %s\n", std::to_string(a).c_str(),
                std::to_string(b).c_str());
  return false;
}

inline int finish(const char *name) {
  std::printf("%s: %lld passed, %lld failed\n", name, counts().passed,
              counts().failed);
  if (counts().passed + counts().failed == 0)
    std::printf("%s: nothing ran\n", name);
  return counts().failed == 0 && counts().passed > 0 ? 0 : 1;
}

/// A small generator with a fixed sequence (splitmix64).
class Random {
public:
  explicit Random(uint64_t seed) : state(seed) {}
  uint64_t next() {
    uint64_t z = state += 0x9E3779B97F4A7C15ull;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ z >> 27) * 0x94D049BB133111EBull;
    return z ^ z >> 31;
  }
  int64_t below(int64_t limit) {
    return static_cast<int64_t>(next() % static_cast<uint64_t>(limit));
  }

private:
  uint64_t state;
};

} // namespace mx::test

#define CHECK(condition)                                                       \
  mx::test::record((condition), __FILE__, __LINE__, #condition)
#define CHECK_EQ(a, b)                                                         \
  mx::test::recordEqual((a), (b), __FILE__, __LINE__, #a " == " #b)

#endif // MX_TEST_SUPPORT_HARNESS_H
