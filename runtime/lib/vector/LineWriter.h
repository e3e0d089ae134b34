//===- LineWriter.h - Results that go past the caches -----------*- C++ -*-===//
//
// A store past the caches needs a whole line of the result, which starts where
// the caller wants it.
//
//===----------------------------------------------------------------------===//

#ifndef MX_RUNTIME_LIB_VECTOR_LINEWRITER_H
#define MX_RUNTIME_LIB_VECTOR_LINEWRITER_H

#include <algorithm>
#include <cstdint>
#include <cstring>

MX_SIMD_BEGIN

namespace mx::runtime::MX_SIMD {
namespace {

/// Keeps bytes that follow each other until their lines are whole. Only the
/// first and the last line of a stretch are written by ordinary stores.
class LineWriter {
public:
  /// Bytes of memory for stretches that are made `most` bytes at a time.
  static int64_t bytesFor(int64_t most) { return capacityFor(most) + 192; }

  LineWriter(char *memory, int64_t most)
      : buffer(memory + (-reinterpret_cast<uintptr_t>(memory) & 63)),
        capacity(capacityFor(most)) {}

  /// Where the next `count` bytes, for `to`, are to be made; `room` bytes are
  /// there for it.
  char *place(char *to, int64_t count, int64_t room) {
    if (to != start + end) {
      finish();
      begin = end = int64_t(reinterpret_cast<uintptr_t>(to) & 63);
      start = to - end;
    } else if (end + room > capacity) {
      drain();
    }
    end += count;
    return buffer + end - count;
  }

  /// Writes all that was made.
  void finish() {
    drain();
    if (begin < end)
      std::memcpy(start + begin, buffer + begin, size_t(end - begin));
    begin = end;
  }

private:
  static int64_t capacityFor(int64_t most) {
    return std::max<int64_t>(most, 4096);
  }

  /// Writes the lines that are whole.
  void drain() {
    int64_t whole = end & ~int64_t(63), at = 0;
    if (whole == 0)
      return;
    if (begin > 0) {
      std::memcpy(start + begin, buffer + begin, size_t(64 - begin));
      at = 64;
    }
    for (; at < whole; at += 64)
      stream(start + at, loadF(buffer + at));
    std::memcpy(buffer, buffer + whole, size_t(end - whole));
    start += whole;
    begin = 0;
    end -= whole;
  }

  char *buffer;
  int64_t capacity;
  char *start = nullptr;      ///< where the buffer goes: a line
  int64_t begin = 0, end = 0; ///< of what it holds
};

} // namespace
} // namespace mx::runtime::MX_SIMD

MX_TARGET_END

#endif // MX_RUNTIME_LIB_VECTOR_LINEWRITER_H
