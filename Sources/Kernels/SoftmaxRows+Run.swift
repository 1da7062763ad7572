extension SoftmaxRows {
  /// Three passes over a few rows: maxima, exponentials and their sums, scaling. In a row each waits for the one before,
  /// and its reductions for themselves: the other rows fill that time.
  @_alwaysEmitIntoClient @inline(__always)
  public func run<I: InstructionSet>(on _: I.Type) {
    guard count > 0 else { return }
    var reduced = InlineArray<8, Float>(repeating: 0)
    var first = 0
    while first < rows {
      let end = rows &- first < 8 ? rows : first &+ 8
      var row = first
      while row < end {
        reduced[unchecked: row &- first] = maximum(I.self, values + row &* stride)
        row &+= 1
      }
      row = first
      while row < end {
        let maximum = reduced[unchecked: row &- first]
        reduced[unchecked: row &- first] =
          integerScales == nil
          ? exponentials(I.self, values + row &* stride, maximum: maximum, scale: scale, ofTwo: false)
          : exponentials(
            I.self, values + row &* stride, maximum: maximum, scale: scale * 1.442695, ofTwo: true)
        row &+= 1
      }
      row = first
      while row < end {
        let sum = reduced[unchecked: row &- first]
        if let integerScales {
          integerScales[row] = quantize(I.self, values + row &* stride, sum: sum)
        } else {
          scale(values + row &* stride, by: 1 / sum)
        }
        row &+= 1
      }
      first = end
    }
  }

  /// Where the last vector begins; those before it are whole.
  @_alwaysEmitIntoClient @inline(__always)
  var last: Int { (count &- 1) & ~15 }

  @_alwaysEmitIntoClient @inline(__always)
  func maximum<I: InstructionSet>(_: I.Type, _ row: UnsafeMutablePointer<Float>) -> Float {
    var peaks = Vector(repeating: -.infinity)
    var i = 0
    while i < last {
      peaks = peaks.larger(Vector(at: row + i))
      i &+= Tile.lanes
    }
    peaks = peaks.larger(Vector(at: row + last).prefix(count &- last, else: -.infinity))
    // In the order of integers, which have instructions for this. Which zero it is shows in no exponential.
    let largest = I.largest(peaks.orderedBits)
    return Float(bitPattern: UInt32(bitPattern: largest ^ (largest &>> 31 & 0x7fff_ffff)))
  }

  /// Replaces scores by exponentials, with zeros after them, and returns their sum.
  ///
  /// - Parameter ofTwo: powers of two instead of e, which take a third fewer operations.
  @_alwaysEmitIntoClient @inline(__always)
  func exponentials<I: InstructionSet>(
    _: I.Type, _ row: UnsafeMutablePointer<Float>, maximum: Float, scale: Float, ofTwo: Bool
  ) -> Float {
    let peak = Vector(repeating: maximum)
    var sums = Vector(repeating: 0)
    var i = 0
    while i < last {
      let x = (Vector(at: row + i) - peak) * scale
      let e = ofTwo ? exponential2(I.self, x) : exponential(I.self, x)
      sums += e
      e.store(at: row + i)
      i &+= Tile.lanes
    }
    let x = (Vector(at: row + last) - peak) * scale
    let e = (ofTwo ? exponential2(I.self, x) : exponential(I.self, x)).prefix(count &- last, else: 0)
    e.store(at: row + last)
    return (sums + e).treeSum
  }

  /// Replaces exponentials by integers in the first half of the row, and returns their scale. The sum is rounded to an
  /// integer, as the distance between floats is one there.
  @_alwaysEmitIntoClient @inline(__always)
  func quantize<I: InstructionSet>(
    _: I.Type, _ row: UnsafeMutablePointer<Float>, sum: Float
  ) -> Float {
    let most = 262_144 / sum
    // NaN compares false.
    let factor: Float = most < 32_767 ? most : 32_767
    let factors = Vector(repeating: factor)
    let target = UnsafeMutableRawPointer(row)
    var i = 0
    while i < count {
      let integers = I.fma(Vector(at: row + i), factors, Vector(repeating: 12_582_912)).bits & 0xffff
      (target + 2 &* i).storeBytes(
        of: I.words(unsafeBitCast(integers, to: SIMD16<UInt32>.self)), as: SIMD16<UInt16>.self)
      i &+= Tile.lanes
    }
    return 1 / (factor * sum)
  }

  @_alwaysEmitIntoClient @inline(__always)
  func scale(_ row: UnsafeMutablePointer<Float>, by factor: Float) {
    let factor = Vector(repeating: factor)
    var i = 0
    while i < last {
      (Vector(at: row + i) * factor).store(at: row + i)
      i &+= Tile.lanes
    }
    (Vector(at: row + last) * factor).prefix(count &- last, else: 0).store(at: row + last)
  }
}
