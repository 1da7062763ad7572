extension QuantizeInt16 {
  /// Two passes: the largest magnitude, then the integers.
  @_alwaysEmitIntoClient @inline(__always)
  public func run<I: InstructionSet>(on _: I.Type) -> Float {
    let (step, inverse) = step(I.self)
    switch layout {
    case .rows: quantizeRows(I.self, Vector(repeating: inverse))
    case .panels: quantizePanels(I.self, Vector(repeating: inverse))
    }
    return step
  }

  @_alwaysEmitIntoClient @inline(__always)
  func step<I: InstructionSet>(_: I.Type) -> (step: Float, inverse: Float) {
    let largest = largestMagnitude(I.self)
    guard largest < .infinity else { return (.nan, 0) }
    let step = largest / limit
    // The inverse has to be finite.
    guard step >= .leastNormalMagnitude else { return (0, 0) }
    return (step, limit / largest)
  }

  /// Columns outside, so that the loop over rows is a long one.
  @_alwaysEmitIntoClient @inline(__always)
  func largestMagnitude<I: InstructionSet>(_: I.Type) -> Float {
    var largest = SIMD16<Int32>.zero
    var column = 0
    while whole &- column >= 4 &* Tile.lanes {
      var row = 0
      while row < rows {
        let x = input + (row &* stride &+ column)
        let a = I.larger(magnitudes(x, 0), magnitudes(x, Tile.lanes))
        let b = I.larger(magnitudes(x, 2 &* Tile.lanes), magnitudes(x, 3 &* Tile.lanes))
        largest = I.larger(largest, I.larger(a, b))
        row &+= 1
      }
      column &+= 4 &* Tile.lanes
    }
    while column < columns {
      var row = 0
      while row < rows {
        let x = column < whole ? Vector(at: input + (row &* stride &+ column)) : rest(I.self, row)
        largest = I.larger(largest, x.magnitudeBits)
        row &+= 1
      }
      column &+= Tile.lanes
    }
    return Float(bitPattern: UInt32(truncatingIfNeeded: I.largest(largest)))
  }

  @_alwaysEmitIntoClient @inline(__always)
  func magnitudes(_ x: UnsafePointer<Float>, _ column: Int) -> SIMD16<Int32> {
    Vector(at: x + column).magnitudeBits
  }

  /// Columns that fill vectors.
  @_alwaysEmitIntoClient @inline(__always)
  var whole: Int { columns & ~15 }

  /// The columns of a row that do not, and zeros. Not inlined: heads of real models have none.
  @_alwaysEmitIntoClient @inline(never)
  func rest<I: InstructionSet>(_: I.Type, _ row: Int) -> Vector {
    Vector(first: columns &- whole, at: input + (row &* stride &+ whole))
  }

  /// The integers of 16 channels in the low halves of the lanes: the sum is rounded to an integer, as the distance
  /// between floats is one there, and the bits of 1.5 * 2^23 end in zeros.
  @_alwaysEmitIntoClient @inline(__always)
  func integers<I: InstructionSet>(_: I.Type, _ x: Vector, _ inverse: Vector) -> SIMD16<UInt32> {
    unsafeBitCast(I.fma(x, inverse, Vector(repeating: 12_582_912)), to: SIMD16<UInt32>.self)
  }

  @_alwaysEmitIntoClient @inline(__always)
  func quantizeRows<I: InstructionSet>(_: I.Type, _ inverse: Vector) {
    let target = UnsafeMutableRawPointer(output)
    let rowBytes = 2 &* Tile.stride(columns)
    var column = 0
    while whole &- column >= 2 &* Tile.lanes {
      var row = 0
      while row < rows {
        let x = input + (row &* stride &+ column)
        I.storeLowWords(
          integers(I.self, Vector(at: x), inverse), integers(I.self, Vector(at: x + Tile.lanes), inverse),
          at: target + (row &* rowBytes &+ 2 &* column))
        row &+= 1
      }
      column &+= 2 &* Tile.lanes
    }
    while column < columns {
      var row = 0
      while row < rows {
        let x = column < whole ? Vector(at: input + (row &* stride &+ column)) : rest(I.self, row)
        store(I.self, integers(I.self, x, inverse), at: target + (row &* rowBytes &+ 2 &* column))
        row &+= 1
      }
      column &+= Tile.lanes
    }
  }

  @_alwaysEmitIntoClient @inline(__always)
  func store<I: InstructionSet>(_: I.Type, _ q: SIMD16<UInt32>, at place: UnsafeMutableRawPointer) {
    place.storeBytes(of: I.words(q & 0xffff), as: SIMD16<UInt16>.self)
  }

  /// Two rows make the pairs of a panel; the last row of an odd count has zeros beside it.
  @_alwaysEmitIntoClient @inline(__always)
  func quantizePanels<I: InstructionSet>(_: I.Type, _ inverse: Vector) {
    var target = UnsafeMutableRawPointer(output)
    var column = 0
    while column < columns {
      let isWhole = column < whole
      var row = 0
      while row < rows {
        let x = input + (row &* stride &+ column)
        let even = isWhole ? Vector(at: x) : rest(I.self, row)
        var odd = Vector(repeating: 0)
        if row &+ 1 < rows { odd = isWhole ? Vector(at: x + stride) : rest(I.self, row &+ 1) }
        let pairs = integers(I.self, even, inverse) & 0xffff | integers(I.self, odd, inverse) &<< 16
        target.storeBytes(of: pairs, as: SIMD16<UInt32>.self)
        target += 4 &* Tile.lanes
        row &+= 2
      }
      column &+= Tile.lanes
    }
  }
}
