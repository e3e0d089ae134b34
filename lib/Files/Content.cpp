//===- Content.cpp - Bytes of tensors, read when they are needed ----------===//

#include "mx/Files/Content.h"

#include <algorithm>
#include <cassert>
#include <vector>

using namespace llvm;
using namespace mx::files;

namespace {
/// Bytes in memory, kept alive by `owner` where they have one.
class MemorySource : public ByteSource {
public:
  MemorySource(StringRef bytes, std::shared_ptr<std::string> owner)
      : bytes(bytes), owner(std::move(owner)) {}
  Error read(MutableArrayRef<uint8_t> result) override {
    assert(result.size() <= bytes.size() && "reads past the end");
    std::copy_n(bytes.begin(), result.size(), result.begin());
    bytes = bytes.drop_front(result.size());
    return Error::success();
  }

private:
  StringRef bytes;
  std::shared_ptr<std::string> owner;
};

class PairSource : public ByteSource {
public:
  PairSource(std::unique_ptr<ByteSource> first, uint64_t firstSize,
             Content second)
      : current(std::move(first)), left(firstSize), second(std::move(second)) {}
  Error read(MutableArrayRef<uint8_t> result) override {
    uint64_t count = std::min<uint64_t>(left, result.size());
    if (Error error = current->read(result.take_front(count)))
      return error;
    left -= count;
    result = result.drop_front(count);
    if (result.empty())
      return Error::success();
    auto next = second.open();
    if (!next)
      return next.takeError();
    current = std::move(*next);
    left = second.size - result.size();
    return current->read(result);
  }

private:
  std::unique_ptr<ByteSource> current;
  uint64_t left;
  Content second;
};
} // namespace

Content mx::files::fromMemory(StringRef bytes) {
  return {bytes.size(), [bytes]() -> Expected<std::unique_ptr<ByteSource>> {
            return std::make_unique<MemorySource>(bytes, nullptr);
          }};
}

Content mx::files::fromString(std::string bytes) {
  auto owner = std::make_shared<std::string>(std::move(bytes));
  return {owner->size(), [owner]() -> Expected<std::unique_ptr<ByteSource>> {
            return std::make_unique<MemorySource>(*owner, owner);
          }};
}

Content mx::files::concatenate(Content first, Content second) {
  uint64_t size = first.size + second.size;
  return {size, [first, second]() -> Expected<std::unique_ptr<ByteSource>> {
            auto source = first.open();
            if (!source)
              return source.takeError();
            return std::make_unique<PairSource>(std::move(*source), first.size,
                                                second);
          }};
}

Expected<std::string> mx::files::readAll(const Content &content) {
  // The string grows with what is read: a size that an archive makes up
  // reserves no memory.
  std::string bytes;
  if (Error error = forEachPiece(content, [&](StringRef piece) {
        bytes += piece;
        return Error::success();
      }))
    return std::move(error);
  return bytes;
}

Error mx::files::forEachPiece(const Content &content,
                              function_ref<Error(StringRef)> visit) {
  constexpr uint64_t kPiece = 1 << 20;
  auto source = content.open();
  if (!source)
    return source.takeError();
  std::vector<uint8_t> piece(std::min(kPiece, content.size));
  for (uint64_t done = 0; done < content.size; done += piece.size()) {
    piece.resize(std::min<uint64_t>(piece.size(), content.size - done));
    if (Error error = (*source)->read(piece))
      return error;
    if (Error error =
            visit({reinterpret_cast<char *>(piece.data()), piece.size()}))
      return error;
  }
  return Error::success();
}
