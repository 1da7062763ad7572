#if arch(x86_64)
  import Kernels
  import _Builtin_intrinsics.intel

  enum AVXVNNI: VNNI256InstructionSet {
    @inline(__always)
    static func addingProducts(
      _ sums: SIMD8<Int32>, _ x: SIMD8<Int32>, _ weights: SIMD8<Int32>
    ) -> SIMD8<Int32> {
      unsafeBitCast(
        _mm256_dpbusd_avx_epi32(
          unsafeBitCast(sums, to: __m256i.self), unsafeBitCast(x, to: __m256i.self),
          unsafeBitCast(weights, to: __m256i.self)),
        to: SIMD8<Int32>.self)
    }
  }
#endif
