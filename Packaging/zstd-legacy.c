// Stands in for zstd's decoders of its formats from before 1.0 in a static program. `kqs_decompress` lets nothing but the
// standardized format through to libzstd, so that they would be 85 KB of code that nothing runs.

#define STAND_IN(name) \
  void name(void); \
  void name(void) { __builtin_trap(); }
#define STAND_INS(version) \
  STAND_IN(ZSTDv##version##_createDCtx) \
  STAND_IN(ZSTDv##version##_freeDCtx) \
  STAND_IN(ZSTDv##version##_decompress_usingDict) \
  STAND_IN(ZSTDv##version##_findFrameSizeInfoLegacy) \
  STAND_IN(ZSTDv##version##_getFrameParams) \
  STAND_IN(ZBUFFv##version##_createDCtx) \
  STAND_IN(ZBUFFv##version##_freeDCtx) \
  STAND_IN(ZBUFFv##version##_decompressInitDictionary) \
  STAND_IN(ZBUFFv##version##_decompressContinue)

STAND_INS(05)
STAND_INS(06)
STAND_INS(07)
