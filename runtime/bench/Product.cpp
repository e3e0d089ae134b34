//===- Product.cpp - One product to time ----------------------------------===//
//
// Operands are random codes with scales of a few steps, as quantised tensors
// have them; results are compared with sums of exact products.
//
//===----------------------------------------------------------------------===//

#include "Product.h"

#include "Options.h"
#include "mx/Support/Pack.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace mx::bench {

using namespace contract;

static const NamedFormat kFormats[] = {
    {"f32", {}, MX_F32},
    {"bf16", {}, MX_BF16},
    {"f16", {}, MX_F16},
    {"mxfp4", {kE2M1, kE8M0, 1, 32}, -1},
    {"mxfp4_16x4", {kE2M1, kE8M0, 1, 32}, -1, MX_LAYOUT_TILE_16X4},
    {"mxfp8_e4m3", {kE4M3, kE8M0, 1, 32}, -1},
    {"mxfp8_e5m2", {kE5M2, kE8M0, 1, 32}, -1},
    {"mxfp6_e2m3", {kE2M3, kE8M0, 1, 32}, -1},
    {"mxfp6_e3m2", {kE3M2, kE8M0, 1, 32}, -1},
    {"mxint8", {kInt8, kE8M0, 1, 32}, -1},
    {"nvfp4", {kE2M1, kE4M3, 1, 16, true}, -1},
};

static const char kFromF32[] = "f32:";

bool isFromF32(const std::string &name) { return name.rfind(kFromF32, 0) == 0; }

const NamedFormat &formatOf(const std::string &name) {
  std::string wanted = isFromF32(name) ? name.substr(strlen(kFromF32)) : name;
  for (const NamedFormat &format : kFormats)
    if (wanted == format.name)
      return format;
  stop("unknown format " + name);
}

std::vector<std::string> formatNames() {
  std::vector<std::string> result;
  for (const NamedFormat &format : kFormats)
    result.push_back(format.name);
  return result;
}

int64_t formatWord(const FloatFormat &f) {
  return MX_FORMAT(f.exponentBits, f.mantissaBits, int(f.kind), f.isSigned,
                   f.isInteger, f.isE8M0);
}

namespace {

/// Numbers that need not be good, but the same everywhere and quick.
struct Generator {
  uint64_t state;
  uint64_t operator()() {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
  }
};

void fillCodes(std::vector<uint8_t> &data, const FloatFormat &element,
               Generator &random) {
  // Neither NaN nor Inf: a bit of the exponent stays clear.
  bool mask = element.bits() == 8 && !element.isInteger;
  uint64_t keep = mask ? 0xBBBBBBBBBBBBBBBBull : ~uint64_t(0);
  for (size_t i = 0; i < data.size(); i += 8) {
    uint64_t word = random() & keep;
    std::memcpy(&data[i], &word, std::min<size_t>(8, data.size() - i));
  }
}

/// Clears what the packing leaves unused at the end of each row.
void clearTails(std::vector<uint8_t> &data, const ScaledFormat &format,
                int64_t rows, int64_t k) {
  int64_t width = format.cols(k), blocks = format.numBlocks(k);
  int64_t bytes = format.bytesPerBlock(k), used = k - (blocks - 1) * width;
  std::vector<uint16_t> codes(static_cast<size_t>(width));
  if (used == width)
    return;
  for (int64_t row = 0; row < rows; ++row) {
    uint8_t *last = data.data() + ((row + 1) * blocks - 1) * bytes;
    unpackCodes(format.element.bits(), last, width, codes.data());
    std::fill(codes.begin() + used, codes.end(), uint16_t(0));
    packCodes(format.element.bits(), codes.data(), width, last);
  }
}

void fillFloats(std::vector<uint8_t> &data, int dtype, Generator &random) {
  int64_t width = dtype == MX_F32 ? 4 : 2;
  for (int64_t i = 0; i < int64_t(data.size()) / width; ++i) {
    float value = float(int32_t(random())) * 0x1p-30f;
    uint32_t bits = dtype == MX_F32    ? bitsOf(value)
                    : dtype == MX_BF16 ? toBF16(value)
                                       : toF16(value);
    std::memcpy(&data[size_t(width * i)], &bits, size_t(width));
  }
}

} // namespace

ProductOperand::ProductOperand(const NamedFormat &type, int64_t rows, int64_t k,
                               int64_t spread, int64_t copies, uint64_t seed)
    : type(type), k(k) {
  const ScaledFormat &format = type.format;
  Generator random{seed * 0x9E3779B97F4A7C15ull};
  bool scaled = type.isScaled();
  blocks = scaled ? format.numBlocks(k) : 0;
  blockBytes = scaled ? format.bytesPerBlock(k) : 0;
  std::vector<uint8_t> &data = linearCodes;
  data.resize(
      static_cast<size_t>(scaled ? rows * blocks * blockBytes
                                 : rows * k * (type.dtype == MX_F32 ? 4 : 2)));
  if (scaled) {
    fillCodes(data, format.element, random);
    clearTails(data, format, rows, k);
    scales.resize(static_cast<size_t>(rows * blocks));
    for (auto &scale : scales)
      scale = static_cast<uint8_t>(format.scale.isE8M0
                                       ? 120 + random() % uint64_t(spread + 1)
                                       : 1 + random() % 0x6F);
  } else {
    fillFloats(data, type.dtype, random);
  }
  linearScales = scales;
  codeSizes[0] = scaleSizes[0] = rows;
  codeSizes[1] = scaled ? blocks : k;
  codeSizes[2] = blockBytes;
  scaleSizes[1] = blocks;
  codeTensor = {nullptr, scaled ? MX_I8 : type.dtype, scaled ? 3 : 2, codeSizes,
                nullptr};
  scaleTensor = {scales.data(), MX_I8, 2, scaleSizes, nullptr};
  tensorTensor = {&tensorScale, MX_F32, 1, &one, nullptr};
  codes.assign(1, data);
  if (type.layout != MX_LAYOUT_LINEAR)
    prepack();
  codes.resize(static_cast<size_t>(copies), std::vector<uint8_t>(codes[0]));
}

void ProductOperand::prepack() {
  mx_operand linear = use(0);
  int64_t codeBytes = 0, scaleBytes = 0;
  if (mx_prepack_size(type.layout, &linear, &codeBytes, &scaleBytes) != MX_OK)
    stop(mx_last_error());
  std::vector<uint8_t> tiles(static_cast<size_t>(codeBytes));
  std::vector<uint8_t> scaleTiles(static_cast<size_t>(scaleBytes));
  mx_tensor to{tiles.data(), MX_I8, 1, &codeBytes, nullptr};
  mx_tensor scaleTo{scaleTiles.data(), MX_I8, 1, &scaleBytes, nullptr};
  if (mx_prepack(type.layout, &linear, &to, &scaleTo) != MX_OK)
    stop(mx_last_error());
  codes[0] = std::move(tiles);
  scales = std::move(scaleTiles);
  codeSizes[0] = scaleSizes[0] = (codeSizes[0] + 15) / 16;
  codeSizes[1] = blocks * blockBytes / 4;
  scaleSizes[1] = (blocks + 3) / 4;
  codeSizes[2] = scaleSizes[2] = 64;
  scaleTensor = {scales.data(), MX_I8, 3, scaleSizes, nullptr};
}

mx_operand ProductOperand::use(int64_t copy) {
  codeTensor.data = codes[size_t(copy) % codes.size()].data();
  return {&codeTensor, type.isScaled() ? &scaleTensor : nullptr,
          type.isScaled() && type.format.hasTensorScale ? &tensorTensor
                                                        : nullptr};
}

void ProductOperand::assign(std::vector<float> &values) {
  int64_t sizes[] = {codeSizes[0], k};
  mx_tensor from{values.data(), MX_F32, 2, sizes, nullptr};
  mx_operand to = use(0);
  mx_quantize_spec record{};
  record.version = MX_ABI_VERSION;
  int status = MX_OK;
  if (type.isScaled()) {
    record.element = formatWord(type.format.element);
    record.scale = formatWord(type.format.scale);
    record.block_rows = 1;
    record.block_cols = type.format.blockCols;
    record.has_tensor_scale = type.format.hasTensorScale;
    record.scale_rule = type.format.scale.isE8M0 ? MX_RULE_FLOOR : MX_RULE_AMAX;
    status = mx_quantize(&record, &from, nullptr, 0, nullptr, to.codes,
                         to.scale, to.tensor_scale);
  } else {
    record.element = type.dtype == MX_BF16 ? MX_FORMAT_BF16 : MX_FORMAT_F16;
    status = mx_cast(&record, &from, 0, nullptr, to.codes);
  }
  if (status != MX_OK)
    stop(mx_last_error());
}

void ProductOperand::keepForCheck() {
  linearCodes = codes[0];
  linearScales = scales;
}

ExponentRange ProductOperand::range() const {
  return type.isScaled()         ? exponentRange(type.format)
         : type.dtype == MX_F32  ? exponentRange(kF32)
         : type.dtype == MX_BF16 ? exponentRange(kBF16)
                                 : exponentRange(kF16);
}

std::vector<ExactNumber> ProductOperand::row(int64_t row) const {
  const uint8_t *data = linearCodes.data();
  if (!type.isScaled()) {
    std::vector<float> values(static_cast<size_t>(k));
    for (int64_t col = 0; col < k; ++col) {
      uint32_t bits = 0;
      size_t width = type.dtype == MX_F32 ? 4 : 2;
      std::memcpy(&bits, data + width * size_t(row * k + col), width);
      values[size_t(col)] = type.dtype == MX_F32    ? floatOf(bits)
                            : type.dtype == MX_BF16 ? fromBF16(uint16_t(bits))
                                                    : fromF16(uint16_t(bits));
    }
    FloatFormat format = type.dtype == MX_F32    ? kF32
                         : type.dtype == MX_BF16 ? kBF16
                                                 : kF16;
    return exactOperand(MatrixView{values.data(), 1, 1, k, k, k, 1}, format)
        .values;
  }
  const ScaledFormat &format = type.format;
  int64_t width = format.cols(k);
  std::vector<uint16_t> block(static_cast<size_t>(width));
  std::vector<ExactNumber> result;
  for (int64_t i = 0; i < blocks; ++i) {
    int64_t at = row * blocks + i;
    unpackCodes(format.element.bits(), data + at * blockBytes, width,
                block.data());
    Decoded scale = decodeScale(format.scale, linearScales[size_t(at)]);
    for (int64_t j = 0; j < width && i * width + j < k; ++j)
      result.push_back(
          exactProduct(decodeParts(format.element, block[size_t(j)]), scale));
  }
  return result;
}

static void setSide(const NamedFormat &type, int64_t &element, int64_t &scale,
                    int64_t &rows, int64_t &cols, int64_t &tensorScale) {
  if (!type.isScaled())
    return;
  element = formatWord(type.format.element);
  scale = formatWord(type.format.scale);
  rows = 1;
  cols = type.format.blockCols;
  tensorScale = type.format.hasTensorScale;
}

/// Numbers that every call of a product casts or quantises.
static std::vector<float> makeSource(const Problem &problem) {
  if (!isFromF32(problem.a))
    return {};
  const NamedFormat &to = formatOf(problem.a);
  if (to.dtype == MX_F32 || to.layout != MX_LAYOUT_LINEAR)
    stop("a call makes bf16, f16 and scaled formats as they are packed of f32, "
         "not " +
         problem.a.substr(strlen(kFromF32)));
  std::vector<uint8_t> bytes(static_cast<size_t>(4 * problem.m * problem.k));
  Generator random{0x9E3779B97F4A7C15ull};
  fillFloats(bytes, MX_F32, random);
  std::vector<float> values(bytes.size() / 4);
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

Product::Product(const Problem &problem)
    : problem(problem),
      a(formatOf(problem.a), problem.m, problem.k, problem.spread, 1, 1),
      b(formatOf(problem.b), problem.n, problem.k, problem.spread,
        problem.copies, 2),
      values(makeSource(problem)),
      buffer(static_cast<size_t>(problem.m * problem.n + 16)),
      outSizes{problem.m, problem.n} {
  // Aligned to a cache line, as compiled code allocates its results.
  auto misaligned = reinterpret_cast<uintptr_t>(buffer.data()) / 4 % 16;
  out = buffer.data() + (16 - misaligned) % 16;
  result = {out, MX_F32, 2, outSizes, nullptr};
  spec.version = MX_ABI_VERSION;
  setSide(a.type, spec.a_element, spec.a_scale, spec.a_block_rows,
          spec.a_block_cols, spec.a_has_tensor_scale);
  setSide(b.type, spec.b_element, spec.b_scale, spec.b_block_rows,
          spec.b_block_cols, spec.b_has_tensor_scale);
  spec.a_layout = a.type.layout;
  spec.b_layout = b.type.layout;
  spec.k = problem.k;
  spec.alpha = bitsOf(1.0f);
  spec.accumulate = problem.accumulate;
}

void Product::run(int64_t copy) {
  if (!values.empty())
    a.assign(values);
  mx_operand left = a.use(0), right = b.use(copy);
  if (mx_matmul(&spec, &left, &right, nullptr, &result) != MX_OK)
    stop(mx_last_error());
}

double Product::errorOf(int64_t row, int64_t col) const {
  std::vector<ExactNumber> x = a.row(row), y = b.row(col);
  ExactSum sum(a.range(), b.range());
  double exact = 0, size = 0, largestX = 0, largestY = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    addProduct(sum, x[i], y[i]);
    double left = std::ldexp(double(x[i].significand), x[i].exponent);
    double right = std::ldexp(double(y[i].significand), y[i].exponent);
    exact += left * right;
    size += std::fabs(left * right);
    largestX = std::max(largestX, std::fabs(left));
    largestY = std::max(largestY, std::fabs(right));
  }
  double scale = a.secondLevel() * b.secondLevel();
  float got = out[row * problem.n + col];
  if (problem.accumulate == MX_ACCUMULATE_EXACT)
    return bitsOf(got) == bitsOf(float(sum.toFloat() * scale)) ? 0 : 2;
  // The bound of mx_runtime.h, and what the f64 sum above may be off.
  double k = double(problem.k), relative = (k + 32) * 0x1p-24;
  if (problem.accumulate == MX_ACCUMULATE_FAST)
    relative = std::max(relative, 1e-4);
  double bound = 0x1p-24 * std::fabs(exact) + relative * size +
                 k * 0x1p-53 * size + k * 0x1p-100 * largestX * largestY +
                 0x1p-149;
  double error = std::fabs(got / scale - exact) / bound;
  return error >= 0 ? error : INFINITY;
}

double Product::check(int samples) {
  if (!values.empty())
    a.keepForCheck();
  Generator random{0x2545F4914F6CDD1Dull};
  double worst = 0;
  for (int i = 0; i < samples; ++i) {
    // The corners, then anywhere.
    int64_t row = i < 4 ? (i & 1) * (m() - 1) : int64_t(random() >> 1) % m();
    int64_t col = i < 4 ? (i >> 1) * (n() - 1) : int64_t(random() >> 1) % n();
    worst = std::max(worst, errorOf(row, col));
  }
  return worst;
}

} // namespace mx::bench
