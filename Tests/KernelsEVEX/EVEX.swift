#if arch(x86_64)
  import Kernels
  import _Builtin_intrinsics.intel

  /// The kernel of `AVXVNNI` in the encoding that CPUs with AVX-512 run.
  enum EVEX: VNNI256InstructionSet {
    @inline(__always)
    static func addingProducts(
      _ sums: SIMD8<Int32>, _ x: SIMD8<Int32>, _ weights: SIMD8<Int32>
    ) -> SIMD8<Int32> {
      unsafeBitCast(
        // All lanes: the form without a mask is a macro, which Swift does not see.
        _mm256_mask_dpbusd_epi32(
          unsafeBitCast(sums, to: __m256i.self), 0xff, unsafeBitCast(x, to: __m256i.self),
          unsafeBitCast(weights, to: __m256i.self)),
        to: SIMD8<Int32>.self)
    }
  }
#endif
