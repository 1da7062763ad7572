extension LayerNormRows {
  /// Four rows at a time: each sum is one chain of additions, and four chains do not wait for each other.
  @_alwaysEmitIntoClient @inline(__always)
  public func run<I: InstructionSet>(on _: I.Type) {
    guard count > 0 else { return }
    var row = 0
    while row &+ 4 <= rows {
      normalize(I.self, row, rows: 4)
      row &+= 4
    }
    while row < rows {
      normalize(I.self, row, rows: 1)
      row &+= 1
    }
  }

  /// Three passes over `rows` rows, a literal of at most 4: mean, variance of the centred values, result.
  @_alwaysEmitIntoClient @inline(__always)
  func normalize<I: InstructionSet>(_: I.Type, _ first: Int, rows: Int) {
    let x = input + first &* stride
    let last = (count &- 1) & ~15
    let tail = count &- last
    let zero = Vector(repeating: 0)
    var sums: InlineArray<4, Vector> = [zero, zero, zero, zero]
    var i = 0
    while i < last {
      var r = 0
      while r < rows {
        sums[unchecked: r] += Vector(at: x + (r &* stride &+ i))
        r &+= 1
      }
      i &+= Tile.lanes
    }
    var means = sums
    var r = 0
    while r < rows {
      let sum = sums[unchecked: r] + Vector(at: x + (r &* stride &+ last)).prefix(tail, else: 0)
      means[unchecked: r] = Vector(repeating: sum.treeSum / Float(count))
      sums[unchecked: r] = zero
      r &+= 1
    }
    i = 0
    while i < last {
      r = 0
      while r < rows {
        let centred = Vector(at: x + (r &* stride &+ i)) - means[unchecked: r]
        sums[unchecked: r] = I.fma(centred, centred, sums[unchecked: r])
        r &+= 1
      }
      i &+= Tile.lanes
    }
    r = 0
    while r < rows {
      scale(I.self, first &+ r, means[unchecked: r], sums[unchecked: r], last, tail)
      r &+= 1
    }
  }

  /// The last pass over a row, from its mean and the squares of all but its last vector.
  @_alwaysEmitIntoClient @inline(__always)
  func scale<I: InstructionSet>(
    _: I.Type, _ row: Int, _ mean: Vector, _ squares: Vector, _ last: Int, _ tail: Int
  ) {
    let x = input + row &* stride
    let y = output + row &* stride
    let centred = (Vector(at: x + last) - mean).prefix(tail, else: 0)
    let variance = I.fma(centred, centred, squares).treeSum / Float(count)
    let inverse = Vector(repeating: 1 / (variance + epsilon).squareRoot())
    var i = 0
    while i < last {
      let normal = (Vector(at: x + i) - mean) * inverse
      I.fma(normal, Vector(at: gamma + i), Vector(at: beta + i)).store(at: y + i)
      i &+= Tile.lanes
    }
    I.fma(centred * inverse, Vector(at: gamma + last), Vector(at: beta + last)).prefix(tail, else: 0)
      .store(at: y + last)
  }
}
