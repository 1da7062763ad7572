extension QuantizeRows {
  /// Two passes over each group of a row: its range, then its bytes.
  @_alwaysEmitIntoClient @inline(__always)
  public func run<I: InstructionSet>(on _: I.Type) {
    let groups = output.groups
    let padded = Tile.stride(output.channels)
    let groupSize = groups == 1 ? padded : output.groupSize
    var row = 0
    while row < rows {
      let x = input + (row &* inputStride &- firstGroup &* groupSize)
      var group = firstGroup
      while group < lastGroup {
        let start = group &* groupSize
        let end = padded &- start < groupSize ? padded : start &+ groupSize
        let step = quantizationStep(I.self, x, start, end)
        quantize(I.self, x, row, start, end, step)
        output.scales[row &* groups &+ group] = step.scale
        output.zeroPoints[row &* groups &+ group] = I.stored(zeroPoint: step.zeroPoint)
        group &+= 1
      }
      row &+= 1
    }
  }

  /// Scale, its inverse and zero point of the channels `start ..< end` of a row.
  ///
  /// A group with a NaN or an infinity (or whose range overflows) gets the scale NaN, so that it shows in the
  /// product. A group whose scale would be subnormal counts as zeros: 1 / scale has to be finite.
  @_alwaysEmitIntoClient @inline(__always)
  func quantizationStep<I: InstructionSet>(
    _: I.Type, _ x: UnsafePointer<Float>, _ start: Int, _ end: Int
  ) -> (scale: Float, inverse: Float, zeroPoint: Int32) {
    var low = Vector(repeating: 0)
    var high = Vector(repeating: 0)
    var poison = Vector(repeating: 0)
    var i = start
    while i < end {
      let v = balanced(x, i)
      low = low.smaller(v)
      high = high.larger(v)
      poison = I.fma(v, Vector(repeating: 0), poison)
      i &+= Tile.lanes
    }
    let lowest = low.treeMinimum
    let range = high.treeMaximum - lowest
    let poisoned = poison.treeSum
    guard range < .infinity, poisoned == 0 else { return (.nan, 0, 0) }
    let scale = range / 255
    guard scale >= .leastNormalMagnitude else { return (0, 0, 0) }
    // In 0 ... 255.00001, so the sum rounds it to an integer, ties to even.
    let rounded = -lowest / scale + 12_582_912
    return (scale, 1 / scale, Int32(truncatingIfNeeded: rounded.bitPattern & 0xff))
  }

  /// q = clamp(round(fma(x, 1 / scale, zeroPoint)), 0, 255), rounded by the addition to 1.5 * 2^23, where
  /// the distance between floats is one.
  @_alwaysEmitIntoClient @inline(__always)
  func quantize<I: InstructionSet>(
    _: I.Type, _ x: UnsafePointer<Float>, _ row: Int, _ start: Int, _ end: Int,
    _ step: (scale: Float, inverse: Float, zeroPoint: Int32)
  ) {
    let flip = SIMD16<UInt8>(repeating: UInt8(truncatingIfNeeded: I.byteOffset))
    let inverse = Vector(repeating: step.inverse)
    let origin = Vector(repeating: 12_582_912 + Float(step.zeroPoint))
    let low = Vector(repeating: 12_582_912)
    let high = Vector(repeating: 12_582_912 + 255)
    let stride = output.stride
    var i = start
    while i < end {
      // NaN compares false and becomes the low bound.
      let shifted = low.larger(I.fma(balanced(x, i), inverse, origin)).smaller(high)
      let integers = unsafeBitCast(shifted.bits, to: SIMD16<UInt32>.self) & 0xff
      UnsafeMutableRawPointer(output.values + I.place(row: row, channel: i, stride: stride))
        .storeBytes(of: I.bytes(integers) ^ flip, as: SIMD16<UInt8>.self)
      i &+= Tile.lanes
    }
  }

  @_alwaysEmitIntoClient @inline(__always)
  func balanced(_ x: UnsafePointer<Float>, _ i: Int) -> Vector {
    guard let balance else { return Vector(at: x + i) }
    return Vector(at: x + i) * Vector(at: balance + i)
  }
}
