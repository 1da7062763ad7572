#if arch(arm64)
  import Kernels
  import _Builtin_intrinsics.arm.neon

  extension NEONKernels {
    /// `smull`, `smlal` and `sadalp`, as `NEONTile` uses them.
    @inline(never) @export(interface)
    public static func productPeak() -> ProductPeak {
      ProductPeak(
        name: "neon", multiplyAdds: 12 * 16,
        run: { rounds, operand in PeakFactors.with(operand) { NEON.products(rounds, $0) } })
    }
  }

  extension NEON {
    /// Three rows by four eighths of a tile that change from round to round, two groups of inputs each.
    @inline(never)
    fileprivate static func products(_ rounds: Int, _ factors: UnsafeRawPointer) -> Int64 {
      var x = InlineArray<6, int8x8_t>(repeating: .zero)
      var sums = InlineArray<12, int32x4_t>(repeating: .zero)
      var i = 0
      while i < 6 {
        x[unchecked: i] = (factors + i &* 8).loadUnaligned(as: int8x8_t.self)
        i &+= 1
      }
      i = 0
      while i < 12 {
        sums[unchecked: i] = int32x4_t(repeating: Int32(i))
        i &+= 1
      }
      var round = 0
      while round < rounds {
        let place = factors + (round &* 64) & (PeakFactors.byteCount &- 1)
        i = 0
        while i < 12 {
          let first = (place + (i & 3) &* 16).loadUnaligned(as: int8x8_t.self)
          let second = (place + ((i & 3) &* 16 &+ 8)).loadUnaligned(as: int8x8_t.self)
          let row = (i &>> 2) &* 2
          let pairs = vmlal_s8(vmull_s8(first, x[unchecked: row]), second, x[unchecked: row &+ 1])
          sums[unchecked: i] = vpadalq_s16(sums[unchecked: i], pairs)
          i &+= 1
        }
        round &+= 1
      }
      var total: Int64 = 0
      i = 0
      while i < 12 {
        total += Int64((sums[unchecked: i] &- Int32(i)).wrappedSum())
        i &+= 1
      }
      return total
    }
  }
#endif
