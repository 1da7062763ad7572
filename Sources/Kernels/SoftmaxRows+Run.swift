extension SoftmaxRows {
  /// Three passes over a few rows: maxima, exponentials and their sums, scaling. In a row each waits for the one before,
  /// and its reductions for themselves: the other rows fill that time.
  @_alwaysEmitIntoClient @inline(__always)
  public func run<I: InstructionSet>(on _: I.Type) {
    guard count > 0 else { return }
    var factors = InlineArray<8, Float>(repeating: 0)
    var first = 0
    while first < rows {
      let end = rows &- first < 8 ? rows : first &+ 8
      var row = first
      while row < end {
        factors[unchecked: row &- first] = maximum(values + row &* stride)
        row &+= 1
      }
      row = first
      while row < end {
        let factor = exponentials(I.self, values + row &* stride, maximum: factors[unchecked: row &- first])
        factors[unchecked: row &- first] = factor
        row &+= 1
      }
      row = first
      while row < end {
        scale(values + row &* stride, by: factors[unchecked: row &- first])
        row &+= 1
      }
      first = end
    }
  }

  /// Where the last vector begins; those before it are whole.
  @_alwaysEmitIntoClient @inline(__always)
  var last: Int { (count &- 1) & ~15 }

  @_alwaysEmitIntoClient @inline(__always)
  func maximum(_ row: UnsafeMutablePointer<Float>) -> Float {
    var peaks = Vector(repeating: -.infinity)
    var i = 0
    while i < last {
      peaks = peaks.larger(Vector(at: row + i))
      i &+= Tile.lanes
    }
    return peaks.larger(Vector(at: row + last).prefix(count &- last, else: -.infinity)).treeMaximum
  }

  /// Replaces scores by exponentials, with zeros after them, and returns the inverse of their sum.
  @_alwaysEmitIntoClient @inline(__always)
  func exponentials<I: InstructionSet>(
    _: I.Type, _ row: UnsafeMutablePointer<Float>, maximum: Float
  ) -> Float {
    let peak = Vector(repeating: maximum)
    var sums = Vector(repeating: 0)
    var i = 0
    while i < last {
      let e = exponential(I.self, (Vector(at: row + i) - peak) * scale)
      sums += e
      e.store(at: row + i)
      i &+= Tile.lanes
    }
    let e = exponential(I.self, (Vector(at: row + last) - peak) * scale).prefix(count &- last, else: 0)
    e.store(at: row + last)
    return 1 / (sums + e).treeSum
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
