/*===- NoBackEnds.c - Back ends that the wheel leaves out -----------------===//
//
// MLIR's ROCDL and XeVM targets make these known before they look for their
// back end. Nothing of ours reaches them, and without the two LLVM is 30 MB
// smaller: they find no back end, and say so.
//
//===----------------------------------------------------------------------===*/

#define NO_BACK_END(name)                                                      \
  void LLVMInitialize##name##TargetInfo(void);                                 \
  void LLVMInitialize##name##Target(void);                                     \
  void LLVMInitialize##name##TargetMC(void);                                   \
  void LLVMInitialize##name##AsmParser(void);                                  \
  void LLVMInitialize##name##AsmPrinter(void);                                 \
  void LLVMInitialize##name##TargetInfo(void) {}                               \
  void LLVMInitialize##name##Target(void) {}                                   \
  void LLVMInitialize##name##TargetMC(void) {}                                 \
  void LLVMInitialize##name##AsmParser(void) {}                                \
  void LLVMInitialize##name##AsmPrinter(void) {}

NO_BACK_END(AMDGPU)
NO_BACK_END(SPIRV)
