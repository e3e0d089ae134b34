//===- Npz.cpp - Reading archives of arrays -------------------------------===//

#include "mx/Files/Npz.h"

#include "llvm/ADT/StringSet.h"
#include <zip.h>

using namespace llvm;
using namespace mx::files;

namespace {
using Archive = std::shared_ptr<zip_t>;

/// The bytes of one entry of an archive.
class EntrySource : public ByteSource {
public:
  EntrySource(Archive archive, zip_file_t *file, uint64_t size)
      : archive(std::move(archive)), file(file), left(size) {}
  ~EntrySource() override { zip_fclose(file); }

  static Expected<std::unique_ptr<EntrySource>>
  open(Archive archive, uint64_t index, uint64_t size) {
    zip_file_t *file = zip_fopen_index(archive.get(), index, 0);
    if (!file)
      return createStringError(zip_strerror(archive.get()));
    return std::make_unique<EntrySource>(std::move(archive), file, size);
  }

  Error read(MutableArrayRef<uint8_t> bytes) override {
    while (!bytes.empty()) {
      zip_int64_t count = zip_fread(file, bytes.data(), bytes.size());
      if (count <= 0)
        return count < 0 ? fail() : createStringError("the entry is truncated");
      bytes = bytes.drop_front(count);
      left -= count;
    }
    return left == 0 ? checkEnd() : Error::success();
  }

private:
  Error fail() { return createStringError(zip_file_strerror(file)); }
  /// libzip compares the checksum when it meets the end.
  Error checkEnd() {
    uint8_t more;
    zip_int64_t count = zip_fread(file, &more, 1);
    if (count > 0)
      return createStringError("the entry is longer than the directory says");
    return count < 0 ? fail() : Error::success();
  }

  Archive archive;
  zip_file_t *file;
  uint64_t left;
};
} // namespace

/// The header of an entry, and where its elements are.
static Error openEntry(const Archive &archive, uint64_t index,
                       NpzEntry &entry) {
  zip_stat_t stat;
  if (zip_stat_index(archive.get(), index, 0, &stat) ||
      !(stat.valid & ZIP_STAT_SIZE))
    return createStringError(zip_strerror(archive.get()));
  uint64_t size = stat.size;
  auto source = EntrySource::open(archive, index, size);
  if (!source)
    return source.takeError();
  std::string prefix(std::min(size, kMaxNpyHeader), '\0');
  if (Error error = (*source)->read(
          {reinterpret_cast<uint8_t *>(prefix.data()), prefix.size()}))
    return error;
  Expected<NpyHeader> header = parseNpyHeader(prefix);
  if (!header)
    return header.takeError();
  uint64_t start = header->size;
  if (Error error = checkNpySize(header->array, size - start))
    return error;
  entry.array = std::move(header->array);
  entry.fortranOrder = header->fortranOrder && entry.array.shape.size() > 1;
  auto open = [archive, index, size,
               start]() -> Expected<std::unique_ptr<ByteSource>> {
    auto source = EntrySource::open(archive, index, size);
    if (!source)
      return source.takeError();
    std::vector<uint8_t> skipped(start);
    if (Error error = (*source)->read(skipped))
      return std::move(error);
    return std::move(*source);
  };
  entry.content = {size - start, open};
  return Error::success();
}

static Expected<std::vector<NpzEntry>> openEntries(const Archive &archive,
                                                   StringRef path) {
  std::vector<NpzEntry> entries;
  StringSet<> names;
  zip_int64_t count = zip_get_num_entries(archive.get(), 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    const char *text = zip_get_name(archive.get(), i, ZIP_FL_ENC_RAW);
    StringRef name = text ? text : "";
    auto fail = [&](const Twine &why) {
      return createStringError("cannot read '" + path + ":" +
                               StringRef(text ? text : "") + "': " + why);
    };
    if (!name.consume_back(".npy"))
      return fail("expected only .npy files in a .npz");
    NpzEntry entry;
    entry.name = name.str();
    if (Error error = openEntry(archive, i, entry))
      return fail(toString(std::move(error)));
    if (!names.insert(name).second)
      return createStringError("cannot read '" + path + "': array '" + name +
                               "' occurs twice");
    entries.push_back(std::move(entry));
  }
  return entries;
}

static Error cannotRead(StringRef path, zip_error_t *error) {
  std::string text = zip_error_strerror(error);
  zip_error_fini(error);
  return createStringError("cannot read '" + path + "': " + text);
}

Expected<std::vector<NpzEntry>> mx::files::openNpz(StringRef path) {
  int code = 0;
  zip_t *archive =
      zip_open(path.str().c_str(), ZIP_RDONLY | ZIP_CHECKCONS, &code);
  if (archive)
    return openEntries(Archive(archive, zip_discard), path);
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  return cannotRead(path, &error);
}

Expected<std::vector<NpzEntry>> mx::files::parseNpz(StringRef bytes,
                                                    StringRef name) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t *source = zip_source_buffer_create(bytes.data(), bytes.size(),
                                                  /*freep=*/0, &error);
  if (!source)
    return cannotRead(name, &error);
  zip_t *archive =
      zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
  if (archive)
    return openEntries(Archive(archive, zip_discard), name);
  zip_source_free(source);
  return cannotRead(name, &error);
}

Expected<Array> mx::files::readEntry(const NpzEntry &entry) {
  Expected<std::string> bytes = readAll(entry.content);
  if (!bytes)
    return bytes.takeError();
  Array array;
  setElements({entry.array, entry.fortranOrder, 0}, *bytes, array);
  return array;
}
