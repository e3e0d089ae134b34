//===- BlockScale.cpp - mma.sync with .block_scale ------------------------===//
//
// PTX ISA 9.7.14.3, block scaling, and 9.7.14.5: D = (A · scale_A) · (B ·
// scale_B) + C of sm_120a. Products are exact and added with C in double, then
// rounded once, nearest even.
//
//===----------------------------------------------------------------------===//

#include "Instructions.h"

#include "mx/Support/Round.h"
#include "llvm/ADT/SmallVector.h"
#include <cstring>

using namespace mx::emulator;
using llvm::StringRef;
using llvm::Twine;
namespace contract = mx::contract;

/// Element types by number, and the scales'.
static const struct {
  StringRef name;
  contract::FloatFormat format;
} kTypes[] = {{"e2m1", contract::kE2M1}, {"e2m3", contract::kE2M3},
              {"e3m2", contract::kE3M2}, {"e4m3", contract::kE4M3},
              {"e5m2", contract::kE5M2}, {"ue8m0", contract::kE8M0},
              {"ue4m3", contract::kE4M3}};

constexpr int kE2M1 = 0, kUE4M3 = 6;

/// The numbers of all codes of a type.
static const double *getNumbers(int type) {
  struct Tables {
    double numbers[std::size(kTypes)][256];
    Tables() {
      for (size_t type = 0; type < std::size(kTypes); ++type)
        for (uint32_t code = 0; code < 256; ++code)
          numbers[type][code] =
              contract::decode(kTypes[type].format,
                               code & ((1u << kTypes[type].format.bits()) - 1));
    }
  };
  static const Tables tables;
  return tables.numbers[type];
}

static int findType(StringRef name) {
  for (int i = 0; i < int(std::size(kTypes)); ++i)
    if (kTypes[i].name == name)
      return i;
  return -1;
}

namespace {

/// What the qualifiers say, as 16 bits of a mode.
struct Form {
  int typeA = -1, typeB = -1, scale = -1;
  int scales = 0;        ///< of a row
  bool isPacked = false; ///< two E2M1 a byte; else a byte each

  unsigned getK() const { return isPacked ? 64 : 32; }
  int64_t pack() const {
    return typeA | typeB << 3 | scale << 6 | scales << 9 | isPacked << 12;
  }
  static Form unpack(int64_t mode) {
    auto bits = static_cast<int>(mode);
    return {bits & 7, bits >> 3 & 7, bits >> 6 & 7, bits >> 9 & 7,
            (bits >> 12 & 1) != 0};
  }
  bool isLegal() const;
};

/// One instruction of a warp. Slots: A 4, B 2, C 4, then scale, byte and thread
/// of A and of B.
class Product {
public:
  Product(Site site, Gathering &all, const Form &form)
      : site(site), all(all), form(form) {
    for (unsigned operand = 0; operand < 2; ++operand) {
      byteIds[operand] = static_cast<unsigned>(all.slots[0][11 + 3 * operand]);
      threadIds[operand] =
          static_cast<unsigned>(all.slots[0][12 + 3 * operand]);
    }
    check();
  }

  void run() {
    double a[16][64], b[8][64];
    for (unsigned k = 0; k < form.getK(); ++k) {
      for (unsigned row = 0; row < 16; ++row)
        a[row][k] = getA(row, k);
      for (unsigned column = 0; column < 8; ++column)
        b[column][k] = getB(column, k);
    }
    uint64_t results[kLanes][4];
    for (unsigned lane = 0; lane < kLanes; ++lane)
      for (unsigned i = 0; i < 4; ++i) {
        unsigned row = lane / 4 + i / 2 * 8, column = lane % 4 * 2 + i % 2;
        double sum =
            contract::floatOf(static_cast<uint32_t>(all.slots[lane][6 + i]));
        for (unsigned k = 0; k < form.getK(); ++k)
          sum += a[row][k] * b[column][k];
        results[lane][i] = contract::bitsOf(static_cast<float>(sum));
      }
    for (unsigned lane = 0; lane < kLanes; ++lane)
      std::memcpy(all.slots[lane], results[lane], sizeof results[lane]);
  }

private:
  /// 9.7.14.3, table of selectors.
  void check() {
    auto scales = static_cast<unsigned>(form.scales);
    for (unsigned operand = 0; operand < 2; ++operand) {
      unsigned most = operand == 0 ? 1 : 3;
      if (byteIds[operand] > 3 || byteIds[operand] % scales != 0)
        getMachine().fail(site, "byte-id " + Twine(byteIds[operand]) +
                                    " with " + Twine(scales) +
                                    " scales a row; expected a multiple of "
                                    "these below 4");
      if (threadIds[operand] > most)
        getMachine().fail(site, "thread-id " + Twine(threadIds[operand]) +
                                    "; expected at most " + Twine(most));
    }
  }

  /// Element `k` of a row in a lane's registers from `first` on, `step` apart:
  /// four lanes share a row, and the second half of K is in later registers.
  double getElement(unsigned row, unsigned k, unsigned first, unsigned step,
                    int type) {
    unsigned perWord = form.isPacked ? 8 : 4, half = 4 * perWord;
    unsigned lane = row % 8 * 4 + k % half / perWord;
    auto word = static_cast<uint32_t>(all.slots[lane][first + k / half * step]);
    unsigned width = 32 / perWord;
    uint32_t code = word >> (k % perWord * width) & ((1u << width) - 1);
    // A byte has E2M1 in its middle (9.7.14.5, packing).
    if (!form.isPacked && type == kE2M1)
      code = code >> 2 & 15;
    return getNumbers(type)[code];
  }

  double getScale(unsigned lane, unsigned slot, unsigned byteId, unsigned k) {
    unsigned chunk = k / (form.getK() / static_cast<unsigned>(form.scales));
    auto word = static_cast<uint32_t>(all.slots[lane][slot]);
    uint32_t code = word >> (8 * (byteId + chunk)) & 0xFF;
    if (form.scale == kUE4M3)
      code &= 0x7F;
    return getNumbers(form.scale)[code];
  }

  /// Scales of A are in a pair of each four lanes, of B in one.
  double getA(unsigned row, unsigned k) {
    unsigned lane = row % 8 * 4 + 2 * threadIds[0] + row / 8;
    return getElement(row, k, row / 8, 2, form.typeA) *
           getScale(lane, 10, byteIds[0], k);
  }
  double getB(unsigned column, unsigned k) {
    unsigned lane = column * 4 + threadIds[1];
    return getElement(column, k, 4, 1, form.typeB) *
           getScale(lane, 13, byteIds[1], k);
  }

  Site site;
  Gathering &all;
  const Form &form;
  unsigned byteIds[2], threadIds[2];
};

} // namespace

static void multiply(Site site, uint64_t *slots, int64_t mode) {
  getMachine().gather(site, slots, ~0u, [&](Gathering &all) {
    Form form = Form::unpack(mode);
    Product(site, all, form).run();
  });
}

/// 9.7.14.3, valid combinations of kind, scales and types.
bool Form::isLegal() const {
  if (typeA < 0 || typeB < 0 || typeA > 4 || typeB > 4 || scale < 5)
    return false;
  if (!isPacked)
    return scales == 1 && scale == findType("ue8m0");
  bool isE2M1 = typeA == 0 && typeB == 0;
  return isE2M1 && (scales == 4 || (scales == 2 && scale == findType("ue8m0")));
}

/// `m16n8k64.row.col.kind::mxf4.block_scale.scale_vec::2X.f32.e2m1.e2m1.f32.ue8m0`,
/// or with the kind first.
static std::optional<int64_t> readForm(StringRef rest) {
  llvm::SmallVector<StringRef> words;
  rest.split(words, '.');
  auto take = [&](StringRef word) {
    auto *found = llvm::find(words, word);
    bool isThere = found != words.end();
    if (isThere)
      words.erase(found);
    return isThere;
  };
  if (!take("block_scale") || !take("row") || !take("col"))
    return std::nullopt;
  Form form;
  bool is4 = take("kind::mxf4"), isNV = take("kind::mxf4nvf4");
  form.isPacked = is4 || isNV;
  if (!form.isPacked && !take("kind::mxf8f6f4"))
    return std::nullopt;
  form.scales = take("scale_vec::4X")   ? 4
                : take("scale_vec::2X") ? 2
                : take("scale_vec::1X") ? 1
                : isNV                  ? 0
                                        : 1 + is4;
  if (!take(form.isPacked ? "m16n8k64" : "m16n8k32") || words.size() != 5 ||
      words[0] != "f32" || words[3] != "f32" || (is4 && form.scales != 2))
    return std::nullopt;
  form.typeA = findType(words[1]);
  form.typeB = findType(words[2]);
  form.scale = findType(words[4]);
  if (!form.isLegal())
    return std::nullopt;
  return form.pack();
}
static unsigned four(int64_t) { return 4; }

llvm::ArrayRef<Instruction> mx::emulator::getBlockScaleInstructions() {
  static const Instruction table[] = {
      {"mma.sync.aligned", nullptr, true, false, multiply, nullptr, 0, 0,
       readForm, four},
  };
  return table;
}
