//===- Guarded.cpp - Operands between forbidden pages ---------------------===//
//
// Strides of every kind that the ABI allows: gaps, permuted and reversed axes,
// and for inputs axes of stride 0.
//
//===----------------------------------------------------------------------===//

#include "Guarded.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <sys/mman.h>

namespace mx::fuzz {

namespace {

constexpr int64_t kPage = 4096, kCanary = 64;
constexpr uint8_t kFill = 0xA5;

std::vector<uint8_t *> &pool() {
  static std::vector<uint8_t *> thePool;
  return thePool;
}

uint8_t *mapArena() {
  auto bytes = static_cast<size_t>(Arena::kBytes + 2 * kPage);
  void *all = mmap(nullptr, bytes, PROT_NONE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  uint8_t *memory = static_cast<uint8_t *>(all) + kPage;
  if (all == MAP_FAILED ||
      mprotect(memory, size_t(Arena::kBytes), PROT_READ | PROT_WRITE) != 0) {
    std::perror("mmap");
    std::exit(1);
  }
  return memory;
}

} // namespace

Arena::Arena() {
  if (pool().empty())
    pool().push_back(mapArena());
  memory = pool().back();
  pool().pop_back();
}

Arena::~Arena() { pool().push_back(memory); }

Guarded::Guarded(int dtype, std::vector<int64_t> shape, Use use, Random &random,
                 bool contiguous)
    : dtype(dtype), sizes(std::move(shape)), strides(sizes.size()) {
  chooseStrides(use, random, contiguous);
  int64_t low = 0, high = 0;
  for (size_t axis = 0; axis < sizes.size(); ++axis) {
    int64_t reach = (sizes[axis] - 1) * strides[axis];
    (reach < 0 ? low : high) += sizes[axis] > 0 ? reach : 0;
  }
  span = (high - low + 1) * width();
  if (span > Arena::kBytes / 2) {
    std::printf("%s: the fuzzer asks for an operand of %lld bytes\n",
                test::context().c_str(), static_cast<long long>(span));
    std::exit(1);
  }
  bool atEnd = random.below(2);
  start = atEnd ? arena.end() - span : arena.begin();
  before = atEnd ? kCanary : 0;
  after = atEnd ? 0 : kCanary;
  origin = start - low * width();
  isElement.assign(size_t(span), false);
  for (int64_t i = 0; i < count(); ++i)
    for (int64_t b = 0; b < width(); ++b)
      isElement[size_t(origin - start + offset(i) + b)] = true;
  clear();
  bool plain = contiguous && random.below(2);
  tensor = {origin, dtype, int64_t(sizes.size()), sizes.data(),
            plain ? nullptr : strides.data()};
}

void Guarded::chooseStrides(Use use, Random &random, bool contiguous) {
  std::vector<size_t> order(sizes.size());
  std::iota(order.rbegin(), order.rend(), size_t(0));
  int64_t kind = contiguous ? 0 : std::max<int64_t>(random.below(16) - 8, 0);
  if (kind == 1 || kind == 2) // any order of axes
    for (size_t i = order.size(); i > 1; --i)
      std::swap(order[i - 1], order[size_t(random.below(int64_t(i)))]);
  int64_t stride = kind == 3 ? 2 : 1;
  for (size_t axis : order) {
    strides[axis] = stride;
    int64_t gap = kind >= 2 && kind <= 5 ? random.below(4) : 0;
    stride *= std::max<int64_t>(sizes[axis], 1) + gap;
  }
  if (sizes.empty())
    return;
  auto axis = static_cast<size_t>(random.below(int64_t(sizes.size())));
  if (kind == 6)
    strides[axis] = -strides[axis];
  if (kind == 7 && use == Use::Input)
    strides[axis] = 0;
}

int64_t Guarded::width() const {
  return dtype == MX_F32 ? 4 : dtype == MX_I8 ? 1 : dtype == MX_I64 ? 8 : 2;
}

int64_t Guarded::count() const {
  int64_t n = 1;
  for (int64_t size : sizes)
    n *= size;
  return n;
}

int64_t Guarded::offset(int64_t flat) const {
  int64_t result = 0;
  for (size_t axis = sizes.size(); axis-- > 0;) {
    result += flat % sizes[axis] * strides[axis];
    flat /= sizes[axis];
  }
  return result * width();
}

uint32_t Guarded::bits(int64_t flat) const {
  uint32_t code = 0;
  std::memcpy(&code, origin + offset(flat), size_t(width()));
  return code;
}

float Guarded::value(int64_t flat) const {
  uint32_t code = bits(flat);
  return dtype == MX_F32    ? contract::floatOf(code)
         : dtype == MX_BF16 ? contract::fromBF16(uint16_t(code))
                            : contract::fromF16(uint16_t(code));
}

void Guarded::setBits(int64_t flat, uint32_t code) {
  std::memcpy(origin + offset(flat), &code, size_t(width()));
}

void Guarded::set(int64_t flat, float value) {
  setBits(flat, dtype == MX_F32    ? contract::bitsOf(value)
                : dtype == MX_BF16 ? contract::toBF16(value)
                                   : contract::toF16(value));
}

void Guarded::freeze() { frozen.assign(start, start + span); }

bool Guarded::intact() const {
  if (!frozen.empty() && std::memcmp(frozen.data(), start, frozen.size()) != 0)
    return false;
  for (int64_t i = 0; i < before; ++i)
    if (first()[i] != kFill)
      return false;
  for (int64_t i = 0; i < after; ++i)
    if (start[span + i] != kFill)
      return false;
  for (int64_t i = 0; i < span; ++i)
    if (!isElement[size_t(i)] && start[i] != kFill)
      return false;
  return true;
}

void Guarded::clear() {
  std::memset(first(), kFill, size_t(before + span + after));
}

} // namespace mx::fuzz
