extension LayerNormRows {
  /// Three passes over a few rows: means, variances of the centred values, results. A reduction is a chain of operations
  /// that each wait for the one before: those of the other rows fill that time.
  @_alwaysEmitIntoClient @inline(__always)
  public func run<I: InstructionSet>(on _: I.Type) {
    guard count > 0 else { return }
    var means = InlineArray<4, Float>(repeating: 0)
    var inverses = InlineArray<4, Float>(repeating: 0)
    var first = 0
    while first < rows {
      let end = rows &- first < 4 ? rows : first &+ 4
      var row = first
      while row < end {
        means[unchecked: row &- first] = mean(input + row &* stride)
        row &+= 1
      }
      row = first
      while row < end {
        let mean = Vector(repeating: means[unchecked: row &- first])
        inverses[unchecked: row &- first] = inverseDeviation(I.self, input + row &* stride, mean)
        row &+= 1
      }
      row = first
      while row < end {
        normalize(
          I.self, input + row &* stride, output + row &* stride,
          Vector(repeating: means[unchecked: row &- first]),
          Vector(repeating: inverses[unchecked: row &- first]))
        row &+= 1
      }
      first = end
    }
  }

  /// Where the last vector begins; those before it are whole.
  @_alwaysEmitIntoClient @inline(__always)
  var last: Int { (count &- 1) & ~15 }

  @_alwaysEmitIntoClient @inline(__always)
  func mean(_ x: UnsafePointer<Float>) -> Float {
    var sums = Vector(repeating: 0)
    var i = 0
    while i < last {
      sums += Vector(at: x + i)
      i &+= Tile.lanes
    }
    sums += Vector(at: x + last).prefix(count &- last, else: 0)
    return sums.treeSum / Float(count)
  }

  /// 1 / sqrt(variance + epsilon).
  @_alwaysEmitIntoClient @inline(__always)
  func inverseDeviation<I: InstructionSet>(_: I.Type, _ x: UnsafePointer<Float>, _ mean: Vector) -> Float {
    var squares = Vector(repeating: 0)
    var i = 0
    while i < last {
      let centred = Vector(at: x + i) - mean
      squares = I.fma(centred, centred, squares)
      i &+= Tile.lanes
    }
    let centred = (Vector(at: x + last) - mean).prefix(count &- last, else: 0)
    squares = I.fma(centred, centred, squares)
    return 1 / (squares.treeSum / Float(count) + epsilon).squareRoot()
  }

  @_alwaysEmitIntoClient @inline(__always)
  func normalize<I: InstructionSet>(
    _: I.Type, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ mean: Vector, _ inverse: Vector
  ) {
    var i = 0
    while i < last {
      let normal = (Vector(at: x + i) - mean) * inverse
      I.fma(normal, Vector(at: gamma + i), Vector(at: beta + i)).store(at: y + i)
      i &+= Tile.lanes
    }
    let normal = (Vector(at: x + last) - mean) * inverse
    I.fma(normal, Vector(at: gamma + last), Vector(at: beta + last)).prefix(count &- last, else: 0)
      .store(at: y + last)
  }
}
