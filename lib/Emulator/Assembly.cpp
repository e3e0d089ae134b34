//===- Assembly.cpp - Statements of inline PTX ----------------------------===//

#include "Assembly.h"

#include "llvm/ADT/StringExtras.h"

using namespace mx::emulator;
using llvm::StringRef;

/// Parts between commas that are in no brackets.
static std::vector<StringRef> splitOperands(StringRef text) {
  std::vector<StringRef> parts;
  int depth = 0;
  size_t start = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    depth += text[i] == '{' || text[i] == '[';
    depth -= text[i] == '}' || text[i] == ']';
    if (text[i] != ',' || depth != 0)
      continue;
    parts.push_back(text.slice(start, i).trim());
    start = i + 1;
  }
  if (StringRef last = text.drop_front(start).trim(); !last.empty())
    parts.push_back(last);
  return parts;
}

static std::vector<std::string> splitRegisters(StringRef operand) {
  std::vector<std::string> registers;
  std::string name;
  auto end = [&] {
    if (!name.empty())
      registers.push_back(std::exchange(name, ""));
  };
  for (char c : operand) {
    if (StringRef("{}[],|").contains(c))
      end();
    else if (!llvm::isSpace(c))
      name += c;
  }
  end();
  return registers;
}

/// Takes `NAME:` off, but not the first half of `a::b`.
static StringRef dropLabels(StringRef text) {
  for (;;) {
    text = text.trim();
    size_t length = text.find_if_not(
        [](char c) { return llvm::isAlnum(c) || c == '_' || c == '$'; });
    if (length == StringRef::npos || length == 0 || text[length] != ':' ||
        text.substr(length).starts_with("::"))
      return text;
    text = text.drop_front(length + 1);
  }
}

static Statement parseStatement(StringRef text) {
  size_t space = text.find_if([](char c) { return llvm::isSpace(c); });
  Statement statement{text.take_front(space).str(), {}};
  if (space != StringRef::npos)
    for (StringRef operand : splitOperands(text.drop_front(space)))
      statement.operands.push_back(splitRegisters(operand));
  return statement;
}

/// Makes `L: try_wait p, …; @p bra D; bra L; D:` one statement.
static void foldWaits(std::vector<Statement> &statements) {
  for (size_t i = 0; i + 2 < statements.size(); ++i) {
    StringRef opcode = statements[i].opcode;
    if (!opcode.consume_front("mbarrier.try_wait") ||
        !StringRef(statements[i + 1].opcode).starts_with("@") ||
        statements[i + 2].opcode != "bra")
      continue;
    statements[i].opcode = ("mbarrier.wait" + opcode).str();
    statements[i].operands.erase(statements[i].operands.begin());
    auto next = statements.begin() + static_cast<ptrdiff_t>(i) + 1;
    statements.erase(next, next + 2);
  }
}

std::vector<Statement> mx::emulator::parseAssembly(StringRef text) {
  text = text.trim();
  if (text.starts_with("{") && text.ends_with("}"))
    text = text.drop_front().drop_back();
  std::vector<Statement> statements;
  while (!text.empty()) {
    auto [first, rest] = text.split(';');
    first = dropLabels(first);
    text = rest;
    if (!first.empty() && !first.starts_with(".reg"))
      statements.push_back(parseStatement(first));
  }
  foldWaits(statements);
  return statements;
}
