/// What a section table says about one section.
public struct SectionEntry: Sendable, Equatable {
  /// What the numbers 0 to 5 of a section's element type mean.
  public enum ElementType: UInt8, Sendable, CaseIterable {
    case bytes = 0
    case int8 = 1
    case uint8 = 2
    case int32 = 3
    case uint32 = 4
    case float32 = 5

    /// Bytes of one element.
    public var size: Int { rawValue <= 2 ? 1 : 4 }

    /// As in "i8", "f32".
    public var name: StaticString {
      switch self {
      case .bytes: "bytes"
      case .int8: "i8"
      case .uint8: "u8"
      case .int32: "i32"
      case .uint32: "u32"
      case .float32: "f32"
      }
    }
  }

  public enum Codec: UInt8, Sendable, CaseIterable {
    /// The bytes as they are used.
    case stored = 0
    /// One zstd frame, or one per block of rows.
    case zstd = 1

    public var name: StaticString { self == .stored ? "stored" : "zstd" }
  }

  public enum Kind: Sendable, Equatable {
    case tensor
    case document
    /// A tensor of factors of weight scales: a reader that does not know it would get other weights.
    case groupScales
    /// From a newer minor version, and not needed to use the file; its bytes can be verified, not read.
    case unknown(UInt8)
  }

  public var name: SectionName
  public var kind: Kind
  public var elementType: ElementType
  /// 0 to 4 dimensions, the slowest first.
  public var shape: Shape
  public var codec: Codec
  /// Of the section's first byte in the file, and of the bytes in memory that kernels use: a power of two.
  public var alignment: Int
  /// From the start of the file.
  public var offset: Int
  public var storedLength: Int
  /// Bytes after decoding: the product of the shape times the size of an element.
  public var rawLength: Int
  public var storedHash: UInt64
  public var rawHash: UInt64
  /// Rows (of the first dimension) that are decoded together; 0 for all at once.
  public var rowsPerBlock: Int
  /// For weights: input channels per group of the activations that they are made for, 0 for one group.
  public var attribute: UInt32

  /// A section of which codec, place and hashes are not known yet.
  package init(
    name: SectionName, kind: Kind, elementType: ElementType, shape: Shape, rawLength: Int, rowsPerBlock: Int,
    attribute: UInt32
  ) {
    self.name = name
    self.kind = kind
    self.elementType = elementType
    self.shape = shape
    self.rawLength = rawLength
    self.rowsPerBlock = rowsPerBlock
    self.attribute = attribute
    codec = .stored
    alignment = Self.minimumAlignment
    offset = 0
    storedLength = 0
    storedHash = 0
    rawHash = 0
  }

  /// Up to four dimensions.
  public struct Shape: Sendable, Equatable {
    public static let maximumRank = 4

    public var rank: Int
    private var dimensions: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)

    public static func == (a: Self, b: Self) -> Bool { a.rank == b.rank && a.dimensions == b.dimensions }
  }
}

extension SectionEntry {
  /// The first dimension; 1 for a scalar.
  public var rows: Int { shape.rank == 0 ? 1 : shape[0] }
  /// Bytes of one row after decoding.
  public var rowLength: Int { rows == 0 ? 0 : rawLength / rows }
  /// Blocks that can be decoded one by one; 0 when there is only the whole.
  public var blocks: Int {
    rowsPerBlock == 0 ? 0 : rows / rowsPerBlock + (rows % rowsPerBlock == 0 ? 0 : 1)
  }
  /// Rows of a block, which must be below `blocks`.
  public func rows(ofBlock block: Int) -> Range<Int> {
    let first = block * rowsPerBlock
    return first..<first + min(rowsPerBlock, rows - first)
  }
  /// Where its bytes are in the file.
  public var extent: Range<Int> { offset..<offset + storedLength }
  /// Bytes of the block index at the end of a compressed section.
  var blockIndexLength: Int { codec == .zstd ? blocks * BlockIndex.entrySize : 0 }
}

extension SectionEntry.Shape {
  /// Nil for more than four dimensions, or one that is negative or above UInt32.
  public init?(_ dimensions: [Int]) {
    guard dimensions.count <= Self.maximumRank else { return nil }
    rank = 0
    for dimension in dimensions {
      guard let dimension = UInt32(exactly: dimension) else { return nil }
      append(dimension)
    }
  }

  init() { rank = 0 }

  mutating func append(_ dimension: UInt32) {
    switch rank {
    case 0: dimensions.0 = dimension
    case 1: dimensions.1 = dimension
    case 2: dimensions.2 = dimension
    case 3: dimensions.3 = dimension
    default: return
    }
    rank += 1
  }

  /// Dimension `index`; 0 beyond the rank.
  public subscript(index: Int) -> Int {
    switch index {
    case 0: Int(clamping: dimensions.0)
    case 1: Int(clamping: dimensions.1)
    case 2: Int(clamping: dimensions.2)
    case 3: Int(clamping: dimensions.3)
    default: 0
    }
  }

  /// Elements in all; nil beyond `Int`.
  public var count: Int? {
    var product = 1
    for index in 0..<rank {
      let (next, overflow) = product.multipliedReportingOverflow(by: self[index])
      if overflow { return nil }
      product = next
    }
    return product
  }

  public var array: [Int] { (0..<rank).map { self[$0] } }
}
