#if arch(x86_64)
  import Kernels
  import _Builtin_intrinsics.intel

  extension AVX512VNNIKernels {
    /// `vpdpbusd` on 512 bits; call it only on a CPU that has the instruction.
    @inline(never) @export(interface)
    public static func productPeak() -> ProductPeak {
      ProductPeak(name: "avx512vnni", multiplyAdds: 24 * 64, run: { AVX512VNNI.products($0, $1) })
    }
  }

  extension AVX512VNNI {
    /// As many accumulators as `multiplyTile` has, more than the instruction's latency asks for.
    @inline(never)
    fileprivate static func products(_ rounds: Int, _ operand: Int8) -> Int64 {
      let factor = unsafeBitCast(SIMD64<Int8>(repeating: operand), to: __m512i.self)
      var sums = InlineArray<24, __m512i>(repeating: .zero)
      // Different starts: equal accumulators would be one accumulator.
      var i = 0
      while i < 24 {
        sums[unchecked: i] = unsafeBitCast(SIMD16<Int32>(repeating: Int32(i)), to: __m512i.self)
        i &+= 1
      }
      var round = 0
      while round < rounds {
        i = 0
        while i < 24 {
          sums[unchecked: i] = _mm512_dpbusd_epi32(sums[unchecked: i], factor, factor)
          i &+= 1
        }
        round &+= 1
      }
      var total: Int64 = 0
      i = 0
      while i < 24 {
        let lanes = unsafeBitCast(sums[unchecked: i], to: SIMD16<Int32>.self) &- Int32(i)
        total += Int64(lanes.wrappedSum())
        i &+= 1
      }
      return total
    }
  }
#endif
