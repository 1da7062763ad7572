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

  @_alwaysEmitIntoClient @inline(__always)
  func largestMagnitude<I: InstructionSet>(_: I.Type) -> Float {
    var largest = SIMD16<Int32>.zero
    var row = 0
    while row < rows {
      let x = input + row &* stride
      var column = 0
      while column < whole {
        largest = largest.larger(Vector(at: x + column).magnitudeBits)
        column &+= Tile.lanes
      }
      if whole < columns { largest = largest.larger(rest(I.self, row).magnitudeBits) }
      row &+= 1
    }
    return Float(bitPattern: UInt32(truncatingIfNeeded: I.largest(largest)))
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
    var target = UnsafeMutableRawPointer(output)
    var row = 0
    while row < rows {
      let x = input + row &* stride
      var column = 0
      while column < whole {
        store(I.self, integers(I.self, Vector(at: x + column), inverse), at: target + 2 &* column)
        column &+= Tile.lanes
      }
      if whole < columns {
        store(I.self, integers(I.self, rest(I.self, row), inverse), at: target + 2 &* whole)
      }
      target += 2 &* Tile.stride(columns)
      row &+= 1
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
