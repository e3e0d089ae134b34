//===- OutputFile.cpp - Files that appear whole or not at all -------------===//

#include "mx/Files/OutputFile.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace mx::files;

static Error cannotWrite(StringRef path, const Twine &why) {
  return createStringError("cannot write '" + path + "': " + why);
}

/// Renaming would replace a file that was protected on purpose.
static Error checkReplaceable(StringRef path) {
  if (path.empty())
    return createStringError("the output file has an empty name");
  sys::fs::file_status status;
  if (sys::fs::status(path, status))
    return Error::success();
  if (status.type() == sys::fs::file_type::directory_file)
    return cannotWrite(path, "it is a directory");
  bool writable = (status.permissions() & sys::fs::all_write) != 0 &&
                  sys::fs::can_write(path);
  if (!writable)
    return cannotWrite(path, "the file is read-only");
  return Error::success();
}

Expected<OutputFile> OutputFile::create(StringRef path) {
  if (Error error = checkReplaceable(path))
    return std::move(error);
  SmallString<128> temporary;
  int descriptor;
  bool isSpecial = sys::fs::exists(path) && !sys::fs::is_regular_file(path);
  std::error_code code =
      isSpecial
          ? sys::fs::createTemporaryFile("mxc", "tmp", descriptor, temporary)
          : sys::fs::createUniqueFile(path + ".%%%%%%%%.tmp", descriptor,
                                      temporary);
  if (code)
    return cannotWrite(path, code.message());
  raw_fd_ostream(descriptor, /*shouldClose=*/true).close();
  sys::RemoveFileOnSignal(temporary);
  return OutputFile(path, temporary, isSpecial);
}

OutputFile::OutputFile(OutputFile &&other)
    : path(std::move(other.path)), temporary(std::move(other.temporary)),
      isSpecial(other.isSpecial) {
  other.temporary.clear();
}

OutputFile::~OutputFile() {
  if (temporary.empty())
    return;
  sys::fs::remove(temporary);
  sys::DontRemoveFileOnSignal(temporary);
}

Error OutputFile::write(StringRef bytes) {
  return write([&](raw_ostream &os) {
    os << bytes;
    return Error::success();
  });
}

Error OutputFile::write(function_ref<Error(raw_ostream &)> writer) {
  std::error_code code;
  raw_fd_ostream os(temporary, code);
  if (code)
    return cannotWrite(path, code.message());
  if (Error error = writer(os)) {
    os.clear_error();
    return error;
  }
  os.close();
  if (!os.has_error())
    return Error::success();
  code = os.error();
  os.clear_error();
  return cannotWrite(path, code.message());
}

Error OutputFile::commit() {
  if (isSpecial) {
    if (std::error_code code = sys::fs::copy_file(temporary, path))
      return cannotWrite(path, code.message());
    return Error::success();
  }
  if (std::error_code code = sys::fs::rename(temporary, path))
    return cannotWrite(path, code.message());
  sys::DontRemoveFileOnSignal(temporary);
  temporary.clear();
  return Error::success();
}

Error mx::files::writeFile(StringRef path, StringRef bytes) {
  if (path == "-") {
    outs() << bytes;
    outs().flush();
    return Error::success();
  }
  Expected<OutputFile> file = OutputFile::create(path);
  if (!file)
    return file.takeError();
  if (Error error = file->write(bytes))
    return error;
  return file->commit();
}
