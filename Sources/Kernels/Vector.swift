/// The canonical vector: 16 float lanes, in whatever registers the machine has.
public typealias Vector = SIMD16<Float>

extension Vector {
  @_alwaysEmitIntoClient @inline(__always)
  public init(at pointer: UnsafePointer<Float>) {
    self = UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self)
  }

  /// The first `count` elements at `pointer`, of which no more are read, and zeros.
  @_alwaysEmitIntoClient @inline(__always)
  public init(first count: Int, at pointer: UnsafePointer<Float>) {
    self = .zero
    var lane = 0
    while lane < count {
      self[lane] = pointer[lane]
      lane &+= 1
    }
  }

  /// Lanes of both in turn.
  @_alwaysEmitIntoClient @inline(__always)
  init(interleaving even: SIMD8<Float>, _ odd: SIMD8<Float>) {
    self = .zero
    evenHalf = even
    oddHalf = odd
  }

  @_alwaysEmitIntoClient @inline(__always)
  public func store(at pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: self, as: Vector.self)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public var bits: SIMD16<Int32> { unsafeBitCast(self, to: SIMD16<Int32>.self) }

  /// The bits without the sign: in the order of the values, those of infinities and NaN after all others.
  @_alwaysEmitIntoClient @inline(__always)
  public var magnitudeBits: SIMD16<Int32> { bits & 0x7fff_ffff }

  /// The bits in the order of the values: those of negative ones turned round.
  @_alwaysEmitIntoClient @inline(__always)
  public var orderedBits: SIMD16<Int32> { bits ^ (bits &>> 31 & 0x7fff_ffff) }

  @_alwaysEmitIntoClient @inline(__always)
  public static func bits(_ bits: SIMD16<Int32>) -> Vector { unsafeBitCast(bits, to: Vector.self) }

  /// The smaller of `self` and `other` in every lane; `self` where they compare unordered or equal.
  @_alwaysEmitIntoClient @inline(__always)
  public func smaller(_ other: Vector) -> Vector { replacing(with: other, where: other .< self) }

  /// The larger of `self` and `other` in every lane; `self` where they compare unordered or equal.
  @_alwaysEmitIntoClient @inline(__always)
  public func larger(_ other: Vector) -> Vector { replacing(with: other, where: self .< other) }

  /// The first `count` lanes, and `other` in the rest.
  @_alwaysEmitIntoClient @inline(__always)
  public func prefix(_ count: Int, else other: Float) -> Vector {
    let lane = SIMD16<Int32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    let rest = SIMD16<Int32>(repeating: Int32(truncatingIfNeeded: count)) .<= lane
    return replacing(with: Vector(repeating: other), where: rest)
  }

  /// The sum of the lanes by the canonical tree: lane i + lane i+8, then +4, +2, +1.
  @_alwaysEmitIntoClient @inline(__always)
  public var treeSum: Float {
    let eight = lowHalf + highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }

  /// The largest lane by the same tree.
  @_alwaysEmitIntoClient @inline(__always)
  public var treeMaximum: Float {
    let eight = lowHalf.replacing(with: highHalf, where: lowHalf .< highHalf)
    let four = eight.lowHalf.replacing(with: eight.highHalf, where: eight.lowHalf .< eight.highHalf)
    let two = four.lowHalf.replacing(with: four.highHalf, where: four.lowHalf .< four.highHalf)
    return two.x < two.y ? two.y : two.x
  }
}
