//===- TensorMma.cpp - tcgen05.mma with .block_scale ----------------------===//
//
// PTX ISA 9.7.16.10. One thread multiplies for its block, or with cta_group::2
// for a pair: rows of A and B from shared memory, K contiguous, scale factors
// and sums in tensor memory. Each block of a pair has half of A's rows with
// their scales and sums, half of B's rows, and the scales of all of B's.
//
// Products with their scales are added to the accumulator in double, in order
// of K, and rounded once an instruction to f32, nearest even.
//
//===----------------------------------------------------------------------===//

#include "Descriptor.h"
#include "Memory.h"
#include "Products.h"
#include "Tensor.h"
#include "TensorDescriptor.h"
#include "TensorMap.h"

#include "mx/Support/Round.h"
#include "llvm/ADT/SmallVector.h"
#include <array>
#include <cstring>

using namespace mx::emulator;
using llvm::ArrayRef;
using llvm::StringRef;
using llvm::Twine;
namespace contract = mx::contract;

static constexpr unsigned kBytes = 32; ///< of K in shared memory
static constexpr unsigned kMaxK = 64, kMaxN = 256, kRows = 128;

namespace {

/// One operand: its rows in shared memory, and where its scales are.
struct Operand {
  Descriptor rows;
  unsigned count;
  contract::FloatFormat type;
  bool isNegated;
  unsigned scaleColumn, scaleByte;
};

/// One instruction. Slots: D, A, B, instruction descriptor, scales of A, of B,
/// whether D is added to.
class Multiply {
public:
  Multiply(Site site, const uint64_t *slots, TensorKind kind, unsigned scales,
           unsigned group)
      : site(site), machine(getMachine()), me(machine.current()),
        blocks(getTensorBlocks(site, group)),
        isPacked(kind != TensorKind::MXF8F6F4), scales(scales),
        target(slots[0]), isAdded(slots[6] & 1) {
    auto bits = static_cast<uint32_t>(slots[3]);
    check(TensorDescriptor::decode(bits, kind, scales, group, form));
    a = {decode(slots[1]),     kRows,      form.typeA, form.isNegatedA,
         readColumn(slots[4]), form.scaleA};
    b = {decode(slots[2]),     form.n,     form.typeB, form.isNegatedB,
         readColumn(slots[5]), form.scaleB};
    if (target.lane != 0)
      machine.fail(site,
                   "D is at lane " + Twine(target.lane) + "; expected lane 0");
    agent = getTensorAgent(me);
    // Accumulator, M and N.
    shape = uint64_t(target.column) << 32 | (bits & 0x1F7E0000);
  }

  void run() {
    std::vector<double> codes = load(b, blocks);
    for (Block *block : blocks) {
      std::vector<double> rows = load(a, block), columns = codes;
      scale(rows, a, *block);
      scale(columns, b, *block);
      multiply(rows, columns, *block);
    }
  }

private:
  void check(const std::string &problem) {
    if (!problem.empty())
      machine.fail(site, problem);
  }
  Descriptor decode(uint64_t bits) {
    Descriptor descriptor;
    check(Descriptor::decodeTensor(bits, descriptor));
    return descriptor;
  }
  unsigned readColumn(uint64_t bits) {
    TensorAddress address(bits);
    if (address.lane != 0)
      machine.fail(site, "scale factors are at lane " + Twine(address.lane) +
                             "; expected lane 0");
    return address.column;
  }
  unsigned getK() const { return isPacked ? kMaxK : kMaxK / 2; }
  TensorAccess describe() const {
    return {TensorOp::Mma,        agent,
            me.tensorGroups + 1,  me.warp->tensorOrdered,
            me.warp->known.clock, shape};
  }

  /// Adds to the sums of a block's rows.
  void multiply(ArrayRef<double> rows, ArrayRef<double> columns, Block &block) {
    TensorRange range = {0, TensorMemory::kQuarters, target.column, form.n};
    if (isAdded)
      accessTensor(site, block, range, describe(), /*isWrite=*/false);
    accessTensor(site, block, range, describe(), /*isWrite=*/true);
    double sums[kMaxN], line[kMaxK];
    for (unsigned row = 0; row < kRows; ++row) {
      auto word = [&](unsigned j) -> uint32_t & {
        return block.tensor.word(row, target.column + j);
      };
      for (unsigned j = 0; j < form.n; ++j)
        sums[j] = isAdded ? contract::floatOf(word(j)) : 0.0;
      for (unsigned k = 0; k < getK(); ++k)
        line[k] = rows[k * kRows + row];
      addProducts(sums, line, columns.data(), form.n, getK());
      for (unsigned j = 0; j < form.n; ++j)
        word(j) = contract::bitsOf(static_cast<float>(sums[j]));
    }
  }

  /// 16 bytes along K of a row, from byte `at` on.
  const uint8_t *read(Block &block, const Descriptor &matrix, unsigned row,
                      unsigned at) {
    uint32_t place =
        block.shared.getWindow() + (matrix.locate(row, at) & (kWindow - 1));
    place = swizzle(place, matrix.swizzleBytes);
    Access access = {agent, me.tensorGroups + 1, Proxy::Async, me.warp->known,
                     matrix.swizzleBytes};
    accessShared(site, block, place, 16, 16, access, /*isWrite=*/false);
    return reinterpret_cast<const uint8_t *>(toHost(place));
  }

  /// 9.7.16.10.4: the codes that 16 bytes hold. Kinds mxf4 have two a byte;
  /// kind mxf8f6f4 has 16, at the beginning, and then padding.
  unsigned getCode(const uint8_t *bytes, unsigned i, unsigned bits) const {
    unsigned bit = i * bits;
    unsigned pair = bytes[bit / 8];
    if (bit / 8 + 1 < 16)
      pair |= unsigned(bytes[bit / 8 + 1]) << 8;
    return pair >> bit % 8 & ((1u << bits) - 1);
  }

  /// Rows without their scales, K outermost: an equal share of each block.
  std::vector<double> load(const Operand &operand, ArrayRef<Block *> from) {
    std::array<double, 256> values;
    unsigned bits = operand.type.bits();
    for (unsigned code = 0; code < 1u << bits; ++code)
      values[code] =
          contract::decode(operand.type, code) * (operand.isNegated ? -1 : 1);
    std::vector<double> result(size_t(getK()) * operand.count);
    unsigned perPiece = getK() * 16 / kBytes;
    unsigned share = operand.count / static_cast<unsigned>(from.size());
    for (unsigned row = 0; row < operand.count; ++row)
      for (unsigned piece = 0; piece < kBytes / 16; ++piece) {
        const uint8_t *bytes =
            read(*from[row / share], operand.rows, row % share, 16 * piece);
        for (unsigned i = 0; i < perPiece; ++i)
          result[(piece * perPiece + i) * operand.count + row] =
              values[getCode(bytes, i, bits)];
      }
    return result;
  }

  /// By the scales in a block's tensor memory.
  void scale(std::vector<double> &rows, const Operand &operand, Block &block) {
    std::vector<double> factors = loadScales(operand, block);
    unsigned perScale = getK() / scales;
    for (unsigned k = 0; k < getK(); ++k)
      for (unsigned row = 0; row < operand.count; ++row)
        rows[k * operand.count + row] *= factors[row * scales + k / perScale];
  }

  /// 9.7.16.10.7: the scales of row r are bytes of the word at lane r mod 32 of
  /// column r / 32, alike in the lanes of each warp.
  std::vector<double> loadScales(const Operand &operand, Block &block) {
    unsigned columns = (operand.count + 31) / 32;
    accessTensor(site, block,
                 {0, TensorMemory::kQuarters, operand.scaleColumn, columns},
                 describe(), /*isWrite=*/false);
    std::vector<double> factors;
    for (unsigned row = 0; row < operand.count; ++row) {
      unsigned lane = row % 32, column = operand.scaleColumn + row / 32;
      uint32_t bits = block.tensor.word(lane, column);
      for (unsigned other = lane + 32; other < kRows; other += 32)
        if (block.tensor.word(other, column) != bits)
          machine.fail(site, "scale factors in lanes " + Twine(lane) + " and " +
                                 Twine(other) + " of column " + Twine(column) +
                                 " differ; expected them alike in the lanes "
                                 "of each warp");
      bool isE4M3 = form.scaleType == contract::kE4M3;
      for (unsigned i = 0; i < scales; ++i) {
        unsigned code = bits >> 8 * (operand.scaleByte + i) & 0xFF;
        factors.push_back(
            contract::decode(form.scaleType, isE4M3 ? code & 0x7F : code));
      }
    }
    return factors;
  }

  Site site;
  Machine &machine;
  Thread &me;
  llvm::SmallVector<Block *, 2> blocks;
  bool isPacked;
  unsigned scales;
  TensorAddress target;
  bool isAdded;
  TensorDescriptor form;
  Operand a, b;
  Agent agent = 0;
  uint64_t shape = 0;
};

} // namespace

/// 9.7.16.10.9.1, tcgen05.mma [d], a-desc, b-desc, idesc, [scale-a], [scale-b],
/// enable-input-d. The mode is 2 bits for the kind, 2 for the blocks and above
/// them the scales.
static void multiply(Site site, uint64_t *slots, int64_t mode) {
  Multiply(site, slots, static_cast<TensorKind>(mode & 3),
           static_cast<unsigned>(mode >> 4),
           static_cast<unsigned>(mode >> 2 & 3))
      .run();
}

/// 9.7.16.10.7.1: scales of a row by kind and vector size; 0 where there are
/// none such.
static unsigned countScales(TensorKind kind, StringRef size) {
  switch (kind) {
  case TensorKind::MXF8F6F4:
    return size.empty() || size == "block32" || size == "scale_vec::1X";
  case TensorKind::MXF4:
    return size.empty() || size == "block32" || size == "scale_vec::2X" ? 2 : 0;
  case TensorKind::MXF4NVF4:
    return size == "block32" || size == "scale_vec::2X"   ? 2
           : size == "block16" || size == "scale_vec::4X" ? 4
                                                          : 0;
  }
  return 0;
}

/// `cta_group::1.kind::mxf4.block_scale.block32`.
static std::optional<int64_t> readForm(StringRef rest) {
  unsigned group = consumeGroup(rest);
  if (group == 0 || !rest.consume_front(".kind::"))
    return std::nullopt;
  rest.consume_back(".collector::a::discard");
  auto [name, size] = rest.split(".block_scale");
  if (name == rest)
    return std::nullopt;
  size.consume_front(".");
  TensorKind kind;
  if (name == "mxf8f6f4")
    kind = TensorKind::MXF8F6F4;
  else if (name == "mxf4")
    kind = TensorKind::MXF4;
  else if (name == "mxf4nvf4")
    kind = TensorKind::MXF4NVF4;
  else
    return std::nullopt;
  unsigned scales = countScales(kind, size);
  if (scales == 0)
    return std::nullopt;
  return int64_t(scales) << 4 | group << 2 | static_cast<int64_t>(kind);
}

llvm::ArrayRef<Instruction> mx::emulator::getTensorMma() {
  static const Instruction table[] = {
      {"tcgen05.mma", nullptr, false, false, multiply, nullptr, 0, 0, readForm},
  };
  return table;
}
