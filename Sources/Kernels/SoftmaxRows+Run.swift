extension SoftmaxRows {
  /// `FloatKernelTable.softmaxRows`.
  @_alwaysEmitIntoClient @inline(__always)
  public func run<I: InstructionSet>(on _: I.Type) {
    run(I.self, PowerOfE.self) { row, sum in scale(values + row &* stride, by: 1 / sum) }
  }

  /// `KernelTable.softmaxRows`.
  @_alwaysEmitIntoClient @inline(__always)
  public func run<I: InstructionSet>(on _: I.Type, scales: UnsafeMutablePointer<Float>) {
    run(I.self, PowerOfTwo.self) { row, sum in
      scales[row] = quantize(I.self, values + row &* stride, sum: sum)
    }
  }

  /// Three passes over a few rows: maxima, powers and their sums, and `finish`. In a row each waits for the one before,
  /// and its reductions for themselves: the other rows fill that time.
  @_alwaysEmitIntoClient @inline(__always)
  func run<I: InstructionSet, P: SoftmaxPower>(
    _: I.Type, _: P.Type, finish: (_ row: Int, _ sum: Float) -> Void
  ) {
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
        reduced[unchecked: row &- first] =
          powers(I.self, P.self, values + row &* stride, maximum: reduced[unchecked: row &- first])
        row &+= 1
      }
      row = first
      while row < end {
        finish(row, reduced[unchecked: row &- first])
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

  /// Replaces scores by powers, with zeros after them, and returns their sum.
  @_alwaysEmitIntoClient @inline(__always)
  func powers<I: InstructionSet, P: SoftmaxPower>(
    _: I.Type, _: P.Type, _ row: UnsafeMutablePointer<Float>, maximum: Float
  ) -> Float {
    let peak = Vector(repeating: maximum)
    let scale = scale * P.factor
    var sums = Vector(repeating: 0)
    var i = 0
    while i < last {
      let e = P.power(I.self, (Vector(at: row + i) - peak) * scale)
      sums += e
      e.store(at: row + i)
      i &+= Tile.lanes
    }
    let e = P.power(I.self, (Vector(at: row + last) - peak) * scale).prefix(count &- last, else: 0)
    e.store(at: row + last)
    return (sums + e).treeSum
  }

  /// Replaces powers by integers in the first half of the row, and returns their scale. The sum is rounded to an
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
