/// What differs between instruction sets below the operations.
///
/// The operations are written once, generic over this protocol, and always inlined into one target per
/// instruction set, so that the target's compiler flags apply to them. No function of an instruction set ever
/// gets a symbol of its own that another target could be linked to (docs/numerics.md, "One copy per target").
public protocol InstructionSet {
  /// A register tile of `multiplyFloat` and `multiplyInt16`: 1 ... 6 rows by 1 ... 4 panels.
  static var tileRows: Int { get }
  static var tilePanels: Int { get }
  /// Added to q when it is stored as a byte: 0, or -128 where the multiplier wants signed bytes.
  static var byteOffset: Int32 { get }
  /// The rows of an int8 register tile for which its epilogue is unrolled; 0 where that gains nothing.
  static var unrolledRows: Int { get }

  /// A zero point as it is kept with quantized rows.
  static func stored(zeroPoint: Int32) -> Int32
  /// Column sums as `corrected` wants them, once for many rows.
  static func correction(_ columnSums: SIMD16<Int32>) -> SIMD16<Int32>
  /// sums - zeroPoint * columnSums, for bytes and a zero point as they are kept.
  static func corrected(
    _ sums: SIMD16<Int32>, _ zeroPoint: SIMD16<Int32>, _ correction: SIMD16<Int32>
  ) -> SIMD16<Int32>

  /// May ask for the cache line at `place`, which is read soon.
  static func fetch(_ place: UnsafeRawPointer)
  /// Where the byte of a quantized row and channel is kept; 16 channels from a multiple of 16 on are together.
  static func place(row: Int, channel: Int, stride: Int) -> Int
  /// a * b + c, rounded once, in every lane.
  static func fma(_ a: SIMD16<Float>, _ b: SIMD16<Float>, _ c: SIMD16<Float>) -> SIMD16<Float>
  /// Integers to the nearest floats, ties to even.
  static func float(_ x: SIMD16<Int32>) -> SIMD16<Float>
  /// The larger of both in every lane.
  static func larger(_ a: SIMD16<Int32>, _ b: SIMD16<Int32>) -> SIMD16<Int32>
  static func larger(_ a: SIMD16<UInt32>, _ b: SIMD16<UInt32>) -> SIMD16<UInt32>
  /// The largest lane.
  static func largest(_ x: SIMD16<Int32>) -> Int32
  /// The low byte of every lane; the lanes hold at most 255.
  static func bytes(_ x: SIMD16<UInt32>) -> SIMD16<UInt8>
  /// The bytes q of floats 1.5 * 2^23 + q, whose distance from each other is one; 255 where q is more. None is less than 0.
  static func boundedBytes(_ x: SIMD16<Float>) -> SIMD16<UInt8>
  /// Stores those of four vectors, one after the other, each plus `byteOffset`.
  static func storeBoundedBytes(
    _ a: Vector, _ b: Vector, _ c: Vector, _ d: Vector, at place: UnsafeMutableRawPointer)
  /// Whether that takes fewer operations than four times one vector.
  static var packsFourVectors: Bool { get }
  /// The low half of every lane; the lanes hold at most 65,535.
  static func words(_ x: SIMD16<UInt32>) -> SIMD16<UInt16>
  /// Stores the low halves of the lanes of `a` and `b`, one after the other.
  static func storeLowWords(_ a: SIMD16<UInt32>, _ b: SIMD16<UInt32>, at place: UnsafeMutableRawPointer)

  /// sums + the products of both halves of the lanes, as signed 16-bit integers.
  static func addingPairProducts(
    _ sums: SIMD16<Int32>, _ a: SIMD16<Int32>, _ b: SIMD16<Int32>
  ) -> SIMD16<Int32>
  /// The exact integer products of a register tile: `sums[r * 4 + p]` for row r and panel p.
  static func addPairProducts(
    _ tile: Int16Tile, rows: Int, panels: Int, to sums: inout InlineArray<24, SIMD16<Int32>>)
}

extension InstructionSet {
  @_alwaysEmitIntoClient @inline(__always)
  public static func stored(zeroPoint: Int32) -> Int32 { zeroPoint &+ byteOffset }

  @_alwaysEmitIntoClient @inline(__always)
  public static func correction(_ columnSums: SIMD16<Int32>) -> SIMD16<Int32> { columnSums }

  @_alwaysEmitIntoClient @inline(__always)
  public static func corrected(
    _ sums: SIMD16<Int32>, _ zeroPoint: SIMD16<Int32>, _ correction: SIMD16<Int32>
  ) -> SIMD16<Int32> {
    sums &- zeroPoint &* correction
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func larger(_ a: SIMD16<Int32>, _ b: SIMD16<Int32>) -> SIMD16<Int32> {
    a.replacing(with: b, where: a .< b)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func larger(_ a: SIMD16<UInt32>, _ b: SIMD16<UInt32>) -> SIMD16<UInt32> {
    a.replacing(with: b, where: a .< b)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func largest(_ x: SIMD16<Int32>) -> Int32 {
    let eight = x.lowHalf.replacing(with: x.highHalf, where: x.lowHalf .< x.highHalf)
    let four = eight.lowHalf.replacing(with: eight.highHalf, where: eight.lowHalf .< eight.highHalf)
    let two = four.lowHalf.replacing(with: four.highHalf, where: four.lowHalf .< four.highHalf)
    return two.x < two.y ? two.y : two.x
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func bytes(_ x: SIMD16<UInt32>) -> SIMD16<UInt8> {
    var bytes = SIMD16<UInt8>.zero
    var lane = 0
    while lane < 16 {
      bytes[lane] = UInt8(truncatingIfNeeded: x[lane])
      lane &+= 1
    }
    return bytes
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func boundedBytes(_ x: SIMD16<Float>) -> SIMD16<UInt8> {
    bytes(unsafeBitCast(x.smaller(Vector(repeating: 12_582_912 + 255)).bits, to: SIMD16<UInt32>.self) & 0xff)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static var packsFourVectors: Bool { false }

  /// Stores those of one vector, each plus `byteOffset`.
  @_alwaysEmitIntoClient @inline(__always)
  public static func storeBoundedBytes(_ x: Vector, at place: UnsafeMutableRawPointer) {
    let flip = SIMD16<UInt8>(repeating: UInt8(truncatingIfNeeded: byteOffset))
    place.storeBytes(of: boundedBytes(x) ^ flip, as: SIMD16<UInt8>.self)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func storeBoundedBytes(
    _ a: Vector, _ b: Vector, _ c: Vector, _ d: Vector, at place: UnsafeMutableRawPointer
  ) {
    storeBoundedBytes(a, at: place)
    storeBoundedBytes(b, at: place + 16)
    storeBoundedBytes(c, at: place + 32)
    storeBoundedBytes(d, at: place + 48)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func words(_ x: SIMD16<UInt32>) -> SIMD16<UInt16> {
    var words = SIMD16<UInt16>.zero
    var lane = 0
    while lane < 16 {
      words[lane] = UInt16(truncatingIfNeeded: x[lane])
      lane &+= 1
    }
    return words
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func storeLowWords(
    _ a: SIMD16<UInt32>, _ b: SIMD16<UInt32>, at place: UnsafeMutableRawPointer
  ) {
    place.storeBytes(of: words(a & 0xffff), as: SIMD16<UInt16>.self)
    (place + 32).storeBytes(of: words(b & 0xffff), as: SIMD16<UInt16>.self)
  }

  /// The floats of 16 bytes.
  @_alwaysEmitIntoClient @inline(__always)
  public static func float(bytesAt pointer: UnsafePointer<UInt8>) -> Vector {
    var integers = SIMD16<Int32>.zero
    var lane = 0
    while lane < 16 {
      integers[lane] = Int32(pointer[lane])
      lane &+= 1
    }
    return float(integers)
  }

  @_alwaysEmitIntoClient @inline(__always)
  public static func fetch(_ place: UnsafeRawPointer) {}

  /// Row after row.
  @_alwaysEmitIntoClient @inline(__always)
  public static func place(row: Int, channel: Int, stride: Int) -> Int { row &* stride &+ channel }
}

/// An instruction set whose int8 micro-kernel takes up to six rows at a time.
public protocol Int8InstructionSet: InstructionSet {
  /// The exact integer products of one register tile.
  static func multiplyTile(_ tile: Int8Tile)

  /// What `MultiplyInt8.multiplyBlock` does, for as many of the first rows of a block of panels as there is a faster way.
  ///
  /// - Returns: the count of those rows: all of them, or as many tiles of six and five as `Tile.blockRows` makes of all.
  static func multiplyRows(_ product: MultiplyInt8, _ block: Int8Block, _ ahead: WeightsAhead) -> Int
}

extension Int8InstructionSet {
  @_alwaysEmitIntoClient @inline(__always)
  public static func multiplyRows(_ product: MultiplyInt8, _ block: Int8Block, _ ahead: WeightsAhead) -> Int {
    0
  }
}

/// One call of an int8 micro-kernel: `rowCount` rows times `panelCount` panels over `depth` input channels.
///
///     sums[r * 4 + p][n] = sum over k < depth of stored byte (r, k) * weight (panel p, channel n, k)
public struct Int8Tile {
  /// 1 ... 6 and 1 ... 4.
  public var rowCount: Int
  public var panelCount: Int
  /// First stored byte of the first row.
  public var rows: UnsafeRawPointer
  public var rowStride: Int
  /// First tile of the first panel.
  public var weights: UnsafeRawPointer
  /// Bytes from one panel to the next.
  public var panelStride: Int
  /// In groups of four input channels, so that a row is read to a multiple of 4 bytes.
  public var depth: Int
  public var sums: UnsafeMutablePointer<SIMD16<Int32>>
  /// Weights whose turn comes next, of which a micro-kernel may prefetch two cache lines in each step of four input
  /// channels, `aheadStep` bytes after those of the step before. May lie beyond the matrix.
  public var ahead: UnsafeRawPointer
  public var aheadStep: Int

  @_alwaysEmitIntoClient @inline(__always)
  public init(
    rowCount: Int, panelCount: Int, rows: UnsafeRawPointer, rowStride: Int, weights: UnsafeRawPointer,
    panelStride: Int, depth: Int, sums: UnsafeMutablePointer<SIMD16<Int32>>, ahead: UnsafeRawPointer,
    aheadStep: Int = 0
  ) {
    self.rowCount = rowCount
    self.panelCount = panelCount
    self.rows = rows
    self.rowStride = rowStride
    self.weights = weights
    self.panelStride = panelStride
    self.depth = depth
    self.sums = sums
    self.ahead = ahead
    self.aheadStep = aheadStep
  }
}
