//===- NpzWriter.cpp - Writing archives of arrays -------------------------===//
//
// Entries are stored, not compressed: bytes of weights do not shrink, and
// numpy.savez does the same.
//
//===----------------------------------------------------------------------===//

#include "mx/Files/Npz.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"
#include <zip.h>

using namespace llvm;
using namespace mx::files;

/// The header, padded to a multiple of 64 bytes.
static std::string makeNpyHeader(const Array &array) {
  std::string dict =
      "{'descr': '" + array.getTypeName() +
      "', 'fortran_order': False, 'shape': " + formatShape(array.shape) + ", }";
  std::string bytes("\x93NUMPY\x01\x00\0\0", 10);
  size_t length = alignTo(bytes.size() + dict.size() + 1, 64) - bytes.size();
  support::endian::write16le(&bytes[8], length);
  dict.resize(length - 1, ' ');
  return bytes + dict + "\n";
}

namespace {
/// A content as libzip pulls it.
struct PulledContent {
  Content content;
  std::string &message; ///< of the first error
  std::unique_ptr<ByteSource> source;
  uint64_t left = 0;
  zip_error_t error;

  PulledContent(Content content, std::string &message)
      : content(std::move(content)), message(message) {
    zip_error_init(&error);
  }

  zip_int64_t fail(Error failure) {
    std::string text = toString(std::move(failure));
    if (message.empty())
      message = text;
    zip_error_set(&error, ZIP_ER_READ, 0);
    return -1;
  }

  zip_int64_t open() {
    auto opened = content.open();
    if (!opened)
      return fail(opened.takeError());
    source = std::move(*opened);
    left = content.size;
    return 0;
  }

  zip_int64_t read(void *data, zip_uint64_t size) {
    size = std::min<uint64_t>(size, left);
    if (Error failure = source->read({static_cast<uint8_t *>(data), size}))
      return fail(std::move(failure));
    left -= size;
    return static_cast<zip_int64_t>(size);
  }

  zip_int64_t describe(void *data) const {
    auto *stat = static_cast<zip_stat_t *>(data);
    zip_stat_init(stat);
    stat->size = content.size;
    stat->valid |= ZIP_STAT_SIZE;
    return sizeof(*stat);
  }

  static zip_int64_t callback(void *user, void *data, zip_uint64_t size,
                              zip_source_cmd_t command) {
    auto *self = static_cast<PulledContent *>(user);
    switch (command) {
    case ZIP_SOURCE_OPEN:
      return self->open();
    case ZIP_SOURCE_READ:
      return self->read(data, size);
    case ZIP_SOURCE_CLOSE:
      self->source.reset();
      return 0;
    case ZIP_SOURCE_STAT:
      return self->describe(data);
    case ZIP_SOURCE_ERROR:
      return zip_error_to_data(&self->error, data, size);
    case ZIP_SOURCE_FREE:
      delete self;
      return 0;
    case ZIP_SOURCE_SUPPORTS:
      return zip_source_make_command_bitmap(
          ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT,
          ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, -1);
    default:
      zip_error_set(&self->error, ZIP_ER_OPNOTSUPP, 0);
      return -1;
    }
  }
};
} // namespace

static Error addEntry(zip_t *archive, const NpzEntry &entry,
                      std::string &message) {
  if (StringRef(entry.name).contains('\0'))
    return createStringError("the name of an array holds a NUL character");
  Content bytes =
      concatenate(fromString(makeNpyHeader(entry.array)), entry.content);
  auto *pulled = new PulledContent(std::move(bytes), message);
  zip_source_t *source =
      zip_source_function(archive, PulledContent::callback, pulled);
  if (!source) {
    delete pulled;
    return createStringError(zip_strerror(archive));
  }
  zip_int64_t index = zip_file_add(archive, (entry.name + ".npy").c_str(),
                                   source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    return createStringError("array '" + entry.name +
                             "': " + zip_strerror(archive));
  }
  // A fixed time (the least of the zip format), so that equal arrays give equal
  // files.
  constexpr unsigned kMidnight = 0, kNewYear1980 = 1 << 5 | 1;
  zip_file_set_dostime(archive, index, kMidnight, kNewYear1980, 0);
  zip_set_file_compression(archive, index, ZIP_CM_STORE, 0);
  return Error::success();
}

Error mx::files::writeNpz(OutputFile file, ArrayRef<NpzEntry> entries) {
  auto fail = [&](const Twine &why) {
    return createStringError("cannot write '" + file.getTemporaryPath() +
                             "': " + why);
  };
  int code = 0;
  zip_t *archive = zip_open(file.getTemporaryPath().c_str(),
                            ZIP_CREATE | ZIP_TRUNCATE, &code);
  if (!archive) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    std::string text = zip_error_strerror(&error);
    zip_error_fini(&error);
    return fail(text);
  }
  // libzip pulls the bytes when it closes the archive.
  std::string message;
  for (const NpzEntry &entry : entries)
    if (Error error = addEntry(archive, entry, message)) {
      zip_discard(archive);
      return fail(toString(std::move(error)));
    }
  if (zip_close(archive)) {
    std::string why = message.empty() ? zip_strerror(archive) : message;
    zip_discard(archive);
    return fail(why);
  }
  return file.commit();
}

Error mx::files::writeNpz(OutputFile file,
                          ArrayRef<std::pair<std::string, Array>> arrays) {
  std::vector<NpzEntry> entries;
  for (const auto &[name, array] : arrays) {
    NpzEntry entry;
    entry.name = name;
    entry.array.kind = array.kind;
    entry.array.itemSize = array.itemSize;
    entry.array.shape = array.shape;
    entry.content = fromMemory(
        {reinterpret_cast<const char *>(array.data.data()), array.data.size()});
    entries.push_back(std::move(entry));
  }
  return writeNpz(std::move(file), entries);
}
