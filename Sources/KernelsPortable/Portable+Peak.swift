import Kernels

extension PortableKernels {
  /// The products of signed bytes as `multiplyTile` adds them up.
  @inline(never) @export(interface)
  public static func productPeak() -> ProductPeak {
    ProductPeak(
      name: "portable", multiplyAdds: 8 * 16,
      run: { rounds, operand in PeakFactors.with(Int16(operand)) { Portable.products(rounds, $0) } })
  }
}

extension Portable {
  /// Two rows by four quarters of a tile that change from round to round, split into even and odd inputs already.
  @inline(never)
  fileprivate static func products(_ rounds: Int, _ factors: UnsafeRawPointer) -> Int64 {
    var x = InlineArray<4, SIMD8<Int16>>(repeating: .zero)
    var sums = InlineArray<8, SIMD4<Int32>>(repeating: .zero)
    var i = 0
    while i < 4 {
      x[unchecked: i] = (factors + i &* 16).loadUnaligned(as: SIMD8<Int16>.self)
      i &+= 1
    }
    i = 0
    while i < 8 {
      sums[unchecked: i] = SIMD4(repeating: Int32(i))
      i &+= 1
    }
    var round = 0
    while round < rounds {
      let place = factors + (round &* 128) & (PeakFactors.byteCount &- 1)
      var quarter = 0
      while quarter < 4 {
        let even = (place + quarter &* 32).loadUnaligned(as: SIMD8<Int16>.self)
        let odd = (place + (quarter &* 32 &+ 16)).loadUnaligned(as: SIMD8<Int16>.self)
        i = quarter &* 2
        let first = even &* x[unchecked: 0] &+ odd &* x[unchecked: 1]
        let second = even &* x[unchecked: 2] &+ odd &* x[unchecked: 3]
        sums[unchecked: i] = sums[unchecked: i] &+ neighbours(first)
        sums[unchecked: i &+ 1] = sums[unchecked: i &+ 1] &+ neighbours(second)
        quarter &+= 1
      }
      round &+= 1
    }
    var total: Int64 = 0
    i = 0
    while i < 8 {
      total += Int64((sums[unchecked: i] &- Int32(i)).wrappedSum())
      i &+= 1
    }
    return total
  }
}
