extension SectionEntry {
  /// Bytes of a table entry.
  public static let encodedSize = 128
  /// Of a section's first byte at least.
  public static let minimumAlignment = 64
  static let maximumAlignment = 65_536
  /// Kinds from here on must be known to use the file; unknown ones below may be ignored.
  static let firstRequiredKind: UInt8 = 0x80

  /// What a section of `storedLength` bytes may decode to: bounds what a small file can make a reader allocate.
  package static func maximumRawLength(storedLength: Int) -> Int {
    let (product, overflow) = storedLength.multipliedReportingOverflow(by: 1024)
    let (sum, overflow2) = product.addingReportingOverflow(65_536)
    return overflow || overflow2 ? Int.max : sum
  }

  /// Reads and checks entry `bytes`, found at `position` of the file. Whether its extent lies where it must
  /// is the caller's to check: that takes the entry before it.
  init(_ bytes: UnsafeRawBufferPointer, at position: Int) throws(KoqError) {
    guard let name = SectionName(tableField: bytes.slice(0..<48)) else {
      throw KoqError(.invalidEntry("name"), offset: position)
    }
    self.name = name
    func fail(_ field: KoqError.Field, _ byte: Int) -> KoqError {
      KoqError(.invalidEntry(field), section: name, offset: position + byte)
    }
    func size(_ byte: Int) throws(KoqError) -> Int {
      guard let value = Int(exactly: bytes.littleEndian(at: byte, as: UInt64.self)) else {
        throw fail("a length beyond this machine's addresses", byte)
      }
      return value
    }
    alignment = Int(clamping: bytes.littleEndian(at: 52, as: UInt32.self))
    offset = try size(72)
    storedLength = try size(80)
    rawLength = try size(88)
    storedHash = bytes.littleEndian(at: 96)
    rawHash = bytes.littleEndian(at: 104)
    rowsPerBlock = Int(clamping: bytes.littleEndian(at: 112, as: UInt32.self))
    attribute = bytes.littleEndian(at: 120)
    guard (Self.minimumAlignment...Self.maximumAlignment).contains(alignment),
      alignment & (alignment - 1) == 0
    else { throw fail("alignment", 52) }

    switch bytes[48] {
    case 0: kind = .tensor
    case 1: kind = .document
    case Self.firstRequiredKind: kind = .groupScales
    case let other where other < Self.firstRequiredKind:
      self = SectionEntry(opaque: self.name, kind: other, like: (alignment, offset, storedLength, storedHash))
      return
    case let other: throw KoqError(.unsupportedKind(other), section: self.name, offset: position + 48)
    }
    guard let elementType = ElementType(rawValue: bytes[49]) else { throw fail("element type", 49) }
    guard let codec = Codec(rawValue: bytes[51]) else { throw fail("codec", 51) }
    guard let shape = Shape(bytes) else { throw fail("shape", 50) }
    self.elementType = elementType
    self.codec = codec
    self.shape = shape
    guard bytes.littleEndian(at: 124, as: UInt32.self) == 0 else { throw fail("reserved field", 124) }
    try checkLengths(blockCount: Int(clamping: bytes.littleEndian(at: 116, as: UInt32.self)), position)
  }

  private init(opaque name: SectionName, kind: UInt8, like place: (Int, Int, Int, UInt64)) {
    self.name = name
    self.kind = .unknown(kind)
    elementType = .bytes
    codec = .stored
    shape = Shape()
    (alignment, offset, storedLength, storedHash) = place
    rawLength = storedLength
    rawHash = storedHash
    rowsPerBlock = 0
    attribute = 0
  }

  private func checkLengths(blockCount: Int, _ position: Int) throws(KoqError) {
    func require(_ condition: Bool, _ field: KoqError.Field, _ byte: Int) throws(KoqError) {
      if !condition { throw KoqError(.invalidEntry(field), section: name, offset: position + byte) }
    }
    let product = shape.count?.multipliedReportingOverflow(by: elementType.size)
    try require(product?.overflow == false && product?.partialValue == rawLength, "decoded length", 88)
    try require(rowsPerBlock == 0 || (rows > 0 && rowsPerBlock <= rows), "rows per block", 112)
    try require(blockCount == blocks, "number of blocks", 116)
    switch codec {
    case .stored:
      try require(storedLength == rawLength && storedHash == rawHash, "stored length and hash", 80)
    case .zstd:
      try require(storedLength > 0 && rawLength > 0, "stored length", 80)
      try require(blocks < storedLength / (BlockIndex.entrySize + 1) + 1, "number of blocks", 116)
      guard rawLength <= Self.maximumRawLength(storedLength: storedLength) else {
        throw KoqError(.implausiblyCompressed, section: name, offset: position + 88)
      }
    }
  }

  /// Writes the 128 bytes.
  package func encode(into bytes: UnsafeMutableRawBufferPointer) {
    bytes.initializeMemory(as: UInt8.self, repeating: 0)
    name.withBytes { bytes.copyBytes(from: $0) }
    bytes[48] =
      switch kind {
      case .tensor: 0
      case .document: 1
      case .groupScales: Self.firstRequiredKind
      case .unknown(let number): number
      }
    bytes[49] = elementType.rawValue
    bytes[50] = UInt8(clamping: shape.rank)
    bytes[51] = codec.rawValue
    bytes.store(littleEndian: UInt32(clamping: alignment), at: 52)
    for index in 0..<shape.rank {
      bytes.store(littleEndian: UInt32(clamping: shape[index]), at: 56 + 4 * index)
    }
    bytes.store(littleEndian: UInt64(clamping: offset), at: 72)
    bytes.store(littleEndian: UInt64(clamping: storedLength), at: 80)
    bytes.store(littleEndian: UInt64(clamping: rawLength), at: 88)
    bytes.store(littleEndian: storedHash, at: 96)
    bytes.store(littleEndian: rawHash, at: 104)
    bytes.store(littleEndian: UInt32(clamping: rowsPerBlock), at: 112)
    bytes.store(littleEndian: UInt32(clamping: blocks), at: 116)
    bytes.store(littleEndian: attribute, at: 120)
  }
}

extension SectionEntry.Shape {
  /// Reads rank and dimensions out of a table entry; unused dimensions are zero.
  fileprivate init?(_ entry: UnsafeRawBufferPointer) {
    self.init()
    guard entry[50] <= Self.maximumRank else { return nil }
    for index in 0..<Self.maximumRank {
      let dimension: UInt32 = entry.littleEndian(at: 56 + 4 * index)
      if index < Int(entry[50]) {
        append(dimension)
      } else if dimension != 0 {
        return nil
      }
    }
  }
}

/// The hash over everything that packing does not change.
package enum ContentHash {
  /// Replaces, in a copy of an encoded entry, all that depends on codec and place by zeros.
  package static func normalize(_ entry: UnsafeMutableRawBufferPointer) {
    entry[51] = 0  // codec
    for range in [52..<56, 72..<88, 96..<104, 112..<120] {  // alignment, place, stored hash, blocks
      for index in range { entry[index] = 0 }
    }
  }

  /// Of `count` entries of `stride` bytes, of which the first 128 count.
  package static func hash(table: UnsafeRawBufferPointer, stride: Int, count: Int) throws(SystemError)
    -> UInt64
  {
    let stream = try XXH3.Stream()
    withUnsafeTemporaryAllocation(byteCount: SectionEntry.encodedSize, alignment: 8) { copy in
      for index in 0..<count {
        copy.copyMemory(from: table.slice(index * stride..<index * stride + SectionEntry.encodedSize))
        normalize(copy)
        stream.update(UnsafeRawBufferPointer(copy))
      }
    }
    return stream.digest()
  }
}
