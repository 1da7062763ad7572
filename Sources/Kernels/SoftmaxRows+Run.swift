extension SoftmaxRows {
  /// Three passes over a row: maximum, exponentials and their sum, scaling.
  @_alwaysEmitIntoClient @inline(__always)
  public func run<I: InstructionSet>(on _: I.Type) {
    guard count > 0 else { return }
    var row = 0
    while row < rows {
      normalize(I.self, values + row &* stride)
      row &+= 1
    }
  }

  @_alwaysEmitIntoClient @inline(__always)
  func normalize<I: InstructionSet>(_: I.Type, _ row: UnsafeMutablePointer<Float>) {
    // Everything before the last vector is whole.
    let last = (count &- 1) & ~15
    var peaks = Vector(repeating: -.infinity)
    var i = 0
    while i < last {
      peaks = peaks.larger(Vector(at: row + i))
      i &+= Tile.lanes
    }
    peaks = peaks.larger(Vector(at: row + last).prefix(count &- last, else: -.infinity))
    let peak = Vector(repeating: peaks.treeMaximum)

    var sums = Vector(repeating: 0)
    i = 0
    while i < last {
      let e = exponential(I.self, (Vector(at: row + i) - peak) * scale)
      sums += e
      e.store(at: row + i)
      i &+= Tile.lanes
    }
    let e = exponential(I.self, (Vector(at: row + last) - peak) * scale).prefix(count &- last, else: 0)
    sums += e
    let inverse = Vector(repeating: 1 / sums.treeSum)
    (e * inverse).prefix(count &- last, else: 0).store(at: row + last)
    i = 0
    while i < last {
      (Vector(at: row + i) * inverse).store(at: row + i)
      i &+= Tile.lanes
    }
  }
}
