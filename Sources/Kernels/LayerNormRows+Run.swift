extension LayerNormRows {
  /// Three passes over a row: mean, variance of the centred values, result.
  @_alwaysEmitIntoClient @inline(__always)
  public func run<I: InstructionSet>(on _: I.Type) {
    guard count > 0 else { return }
    var row = 0
    while row < rows {
      normalize(I.self, input + row &* stride, output + row &* stride)
      row &+= 1
    }
  }

  @_alwaysEmitIntoClient @inline(__always)
  func normalize<I: InstructionSet>(
    _: I.Type, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    let last = (count &- 1) & ~15
    let tail = count &- last
    var sums = Vector(repeating: 0)
    var i = 0
    while i < last {
      sums += Vector(at: x + i)
      i &+= Tile.lanes
    }
    sums += Vector(at: x + last).prefix(tail, else: 0)
    let mean = Vector(repeating: sums.treeSum / Float(count))

    var squares = Vector(repeating: 0)
    i = 0
    while i < last {
      let centred = Vector(at: x + i) - mean
      squares = I.fma(centred, centred, squares)
      i &+= Tile.lanes
    }
    let centred = (Vector(at: x + last) - mean).prefix(tail, else: 0)
    squares = I.fma(centred, centred, squares)
    let variance = squares.treeSum / Float(count)
    let inverse = Vector(repeating: 1 / (variance + epsilon).squareRoot())

    i = 0
    while i < last {
      let normal = (Vector(at: x + i) - mean) * inverse
      I.fma(normal, Vector(at: gamma + i), Vector(at: beta + i)).store(at: y + i)
      i &+= Tile.lanes
    }
    I.fma(centred * inverse, Vector(at: gamma + last), Vector(at: beta + last)).prefix(tail, else: 0)
      .store(at: y + last)
  }
}
