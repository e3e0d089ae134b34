//===- GGUFBlocks.cpp - Scales and codes as ggml interleaves them ---------===//
//
// MXFP4: a scale, then 16 bytes with element j low and j + 16 high. NVFP4: four
// scales, then for each of them 8 bytes with element j low and j + 8 high.
//
//===----------------------------------------------------------------------===//

#include "mx/Files/Weights.h"

#include <algorithm>

using namespace llvm;
using namespace mx::files;

namespace {
/// Bytes of one group of scales and codes on either side.
struct Group {
  unsigned numScales, bytesPerBlock;
  unsigned codes() const { return numScales * bytesPerBlock; }
  unsigned size() const { return numScales + codes(); }
};

/// Makes groups of bytes of groups of bytes, some hundred at a time.
class RecodedSource : public ByteSource {
public:
  struct Input {
    std::unique_ptr<ByteSource> source;
    unsigned groupSize;
    std::vector<uint8_t> bytes;
  };
  using Recode = std::function<void(ArrayRef<const uint8_t *>, uint8_t *)>;

  RecodedSource(std::vector<Input> inputs, unsigned groupSize,
                uint64_t numGroups, Recode recode)
      : inputs(std::move(inputs)), groupSize(groupSize), numGroups(numGroups),
        recode(std::move(recode)) {}

  Error read(MutableArrayRef<uint8_t> result) override {
    while (!result.empty()) {
      if (rest.empty())
        if (Error error = refill())
          return error;
      size_t count = std::min(rest.size(), result.size());
      std::copy_n(rest.begin(), count, result.begin());
      rest = rest.drop_front(count);
      result = result.drop_front(count);
    }
    return Error::success();
  }

private:
  Error refill() {
    constexpr uint64_t kGroups = 4096;
    uint64_t count = std::min(kGroups, numGroups);
    numGroups -= count;
    for (Input &input : inputs) {
      input.bytes.resize(count * input.groupSize);
      if (Error error = input.source->read(input.bytes))
        return error;
    }
    groups.resize(count * groupSize);
    std::vector<const uint8_t *> from(inputs.size());
    for (uint64_t i = 0; i < count; ++i) {
      for (size_t j = 0; j < inputs.size(); ++j)
        from[j] = inputs[j].bytes.data() + i * inputs[j].groupSize;
      recode(from, groups.data() + i * groupSize);
    }
    rest = groups;
    return Error::success();
  }

  std::vector<Input> inputs;
  unsigned groupSize;
  uint64_t numGroups;
  Recode recode;
  std::vector<uint8_t> groups;
  ArrayRef<uint8_t> rest;
};
} // namespace

static Group getGroup(const PackedFormat &format) {
  return {format.block == 16 ? 4u : 1u, format.bytesPerBlock()};
}

/// Element j and j + half of a byte become 2j and 2j + 1.
static void toPairs(unsigned bytes, const uint8_t *from, uint8_t *to) {
  for (unsigned i = 0; i < bytes; ++i) {
    unsigned shift = 2 * i < bytes ? 0 : 4, first = 2 * i % bytes;
    to[i] = (from[first] >> shift & 15) | (from[first + 1] >> shift & 15) << 4;
  }
}

static void fromPairs(unsigned bytes, const uint8_t *from, uint8_t *to) {
  auto element = [&](unsigned i) { return from[i / 2] >> i % 2 * 4 & 15; };
  for (unsigned i = 0; i < bytes; ++i)
    to[i] = element(i) | element(bytes + i) << 4;
}

using Part = std::pair<Content, unsigned>; // and the bytes of a group

static Content recoded(std::vector<Part> parts, unsigned groupSize,
                       RecodedSource::Recode recode) {
  uint64_t numGroups = parts.front().first.size / parts.front().second;
  return {numGroups * groupSize,
          [=]() -> Expected<std::unique_ptr<ByteSource>> {
            std::vector<RecodedSource::Input> inputs;
            for (const auto &[content, size] : parts) {
              auto source = content.open();
              if (!source)
                return source.takeError();
              inputs.push_back({std::move(*source), size, {}});
            }
            return std::make_unique<RecodedSource>(std::move(inputs), groupSize,
                                                   numGroups, recode);
          }};
}

Content mx::files::takeGGUFCodes(const PackedFormat &format,
                                 const Content &blocks) {
  Group group = getGroup(format);
  return recoded({{blocks, group.size()}}, group.codes(),
                 [group](ArrayRef<const uint8_t *> from, uint8_t *to) {
                   const uint8_t *codes = from[0] + group.numScales;
                   for (unsigned i = 0; i < group.codes();
                        i += group.bytesPerBlock)
                     toPairs(group.bytesPerBlock, codes + i, to + i);
                 });
}

Content mx::files::takeGGUFScales(const PackedFormat &format,
                                  const Content &blocks) {
  Group group = getGroup(format);
  return recoded({{blocks, group.size()}}, group.numScales,
                 [group](ArrayRef<const uint8_t *> from, uint8_t *to) {
                   std::copy_n(from[0], group.numScales, to);
                 });
}

Content mx::files::makeGGUFBlocks(const PackedFormat &format,
                                  const Content &codes, const Content &scales) {
  Group group = getGroup(format);
  return recoded(
      {{scales, group.numScales}, {codes, group.codes()}}, group.size(),
      [group](ArrayRef<const uint8_t *> from, uint8_t *to) {
        to = std::copy_n(from[0], group.numScales, to);
        for (unsigned i = 0; i < group.codes(); i += group.bytesPerBlock)
          fromPairs(group.bytesPerBlock, from[1] + i, to + i);
      });
}
