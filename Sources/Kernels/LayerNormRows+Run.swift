extension LayerNormRows {
  /// Four rows at a time: a sum is a chain of additions that each wait for the one before; the other rows fill that time.
  @_alwaysEmitIntoClient @inline(__always)
  public func run<I: InstructionSet>(on _: I.Type) {
    guard count > 0 else { return }
    let n = Float(count)
    var first = 0
    while first < rows {
      let four = FourRows(first &* stride, stride, rows &- first)
      let means = sums(I.self, four) / n
      let variances = squares(I.self, four, means) / n
      normalize(I.self, four, means, 1 / (variances + epsilon).squareRoot())
      first &+= 4
    }
  }

  /// Where the last vector begins; those before it are whole.
  @_alwaysEmitIntoClient @inline(__always)
  var last: Int { (count &- 1) & ~15 }

  // Not inlined, as the sum of all passes is more than the optimizer takes in one function.

  @_alwaysEmitIntoClient @inline(never)
  func sums<I: InstructionSet>(_: I.Type, _ rows: FourRows) -> SIMD4<Float> {
    var sums = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var i = 0
    while i < last {
      sums.0 += Vector(at: input + (rows.first &+ i))
      sums.1 += Vector(at: input + (rows.second &+ i))
      sums.2 += Vector(at: input + (rows.third &+ i))
      sums.3 += Vector(at: input + (rows.fourth &+ i))
      i &+= Tile.lanes
    }
    let rest = count &- last
    return SIMD4(
      total(I.self, sums.0 + Vector(at: input + (rows.first &+ last)).prefix(rest, else: 0)),
      total(I.self, sums.1 + Vector(at: input + (rows.second &+ last)).prefix(rest, else: 0)),
      total(I.self, sums.2 + Vector(at: input + (rows.third &+ last)).prefix(rest, else: 0)),
      total(I.self, sums.3 + Vector(at: input + (rows.fourth &+ last)).prefix(rest, else: 0)))
  }

  /// Of the centred values.
  @_alwaysEmitIntoClient @inline(never)
  func squares<I: InstructionSet>(_: I.Type, _ rows: FourRows, _ means: SIMD4<Float>) -> SIMD4<Float> {
    var squares = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
    var i = 0
    while i < last {
      let x = (
        Vector(at: input + (rows.first &+ i)) - means.x, Vector(at: input + (rows.second &+ i)) - means.y,
        Vector(at: input + (rows.third &+ i)) - means.z, Vector(at: input + (rows.fourth &+ i)) - means.w
      )
      squares.0 = I.fma(x.0, x.0, squares.0)
      squares.1 = I.fma(x.1, x.1, squares.1)
      squares.2 = I.fma(x.2, x.2, squares.2)
      squares.3 = I.fma(x.3, x.3, squares.3)
      i &+= Tile.lanes
    }
    let rest = count &- last
    let x = (
      (Vector(at: input + (rows.first &+ last)) - means.x).prefix(rest, else: 0),
      (Vector(at: input + (rows.second &+ last)) - means.y).prefix(rest, else: 0),
      (Vector(at: input + (rows.third &+ last)) - means.z).prefix(rest, else: 0),
      (Vector(at: input + (rows.fourth &+ last)) - means.w).prefix(rest, else: 0)
    )
    return SIMD4(
      total(I.self, I.fma(x.0, x.0, squares.0)), total(I.self, I.fma(x.1, x.1, squares.1)),
      total(I.self, I.fma(x.2, x.2, squares.2)), total(I.self, I.fma(x.3, x.3, squares.3)))
  }

  /// Not inlined, since of four trees side by side the optimizer makes one across their lanes, through many shuffles.
  @_alwaysEmitIntoClient @inline(never)
  func total<I: InstructionSet>(_: I.Type, _ lanes: Vector) -> Float { lanes.treeSum }

  @_alwaysEmitIntoClient @inline(never)
  func normalize<I: InstructionSet>(
    _: I.Type, _ rows: FourRows, _ means: SIMD4<Float>, _ inverses: SIMD4<Float>
  ) {
    var i = 0
    while i < last {
      normalize(I.self, rows, means, inverses, i, count: Tile.lanes)
      i &+= Tile.lanes
    }
    normalize(I.self, rows, means, inverses, last, count: count &- last)
  }

  @_alwaysEmitIntoClient @inline(__always)
  func normalize<I: InstructionSet>(
    _: I.Type, _ rows: FourRows, _ means: SIMD4<Float>, _ inverses: SIMD4<Float>, _ i: Int, count: Int
  ) {
    let gammas = Vector(at: gamma + i)
    let betas = Vector(at: beta + i)
    // All are read before one is written, as it may be the same row.
    let y = (
      I.fma((Vector(at: input + (rows.first &+ i)) - means.x) * inverses.x, gammas, betas),
      I.fma((Vector(at: input + (rows.second &+ i)) - means.y) * inverses.y, gammas, betas),
      I.fma((Vector(at: input + (rows.third &+ i)) - means.z) * inverses.z, gammas, betas),
      I.fma((Vector(at: input + (rows.fourth &+ i)) - means.w) * inverses.w, gammas, betas)
    )
    y.0.prefix(count, else: 0).store(at: output + (rows.first &+ i))
    y.1.prefix(count, else: 0).store(at: output + (rows.second &+ i))
    y.2.prefix(count, else: 0).store(at: output + (rows.third &+ i))
    y.3.prefix(count, else: 0).store(at: output + (rows.fourth &+ i))
  }
}

/// Places of four rows one below the other; the last one again for those that there are not.
public struct FourRows {
  @usableFromInline let first: Int
  @usableFromInline let second: Int
  @usableFromInline let third: Int
  @usableFromInline let fourth: Int

  @_alwaysEmitIntoClient @inline(__always)
  init(_ first: Int, _ stride: Int, _ count: Int) {
    self.first = first
    second = first &+ min(1, count &- 1) &* stride
    third = first &+ min(2, count &- 1) &* stride
    fourth = first &+ min(3, count &- 1) &* stride
  }
}
