/// The first 64 bytes of a `.koq` file (docs/format.md).
public struct KoqHeader: Sendable, Equatable {
  public static let size = 64
  public static let currentMajor: UInt16 = 1
  public static let currentMinor: UInt16 = 0
  /// Flags whose meaning a reader must know; the others may be ignored.
  public static let requiredFlags: UInt32 = 0xFFFF_0000
  /// More sections than this are refused: a bound on the work of reading a table.
  public static let maximumSections = 16_384

  public var major = currentMajor
  public var minor = currentMinor
  public var flags: UInt32 = 0
  public var sectionCount: Int
  /// Bytes of a table entry; later minor versions may append fields.
  public var entrySize = SectionEntry.encodedSize
  /// Bytes of the file.
  public var totalLength: Int
  public var tableOffset: Int
  public var tableHash: UInt64
  /// Of names, types, shapes and decoded bytes: packing and unpacking leaves it as it is.
  public var contentHash: UInt64

  public init(
    sectionCount: Int, totalLength: Int, tableOffset: Int, tableHash: UInt64, contentHash: UInt64
  ) {
    self.sectionCount = sectionCount
    self.totalLength = totalLength
    self.tableOffset = tableOffset
    self.tableHash = tableHash
    self.contentHash = contentHash
  }

  /// 0x89 "KOQ" CR LF ^Z LF: a text-mode transfer, a 7-bit channel or a cut at the first line end shows.
  static let magic: UInt64 = 0x0A1A_0A0D_514F_4B89

  var tableLength: Int { sectionCount * entrySize }
}

extension KoqHeader {
  /// Reads and checks the header of a file of `fileSize` bytes; `bytes` are its first 64, or all of it when it
  /// is shorter.
  init(_ bytes: UnsafeRawBufferPointer, fileSize: Int) throws(KoqError) {
    try Self.checkMagic(bytes, fileSize)
    major = bytes.littleEndian(at: 8)
    if major != Self.currentMajor { throw KoqError(.newerVersion(major), offset: 8) }
    guard bytes.littleEndian(at: 56, as: UInt64.self) == XXH3.hash(bytes.slice(0..<56)) else {
      throw KoqError(.damagedHeader, offset: 56)
    }
    minor = bytes.littleEndian(at: 10)
    flags = bytes.littleEndian(at: 12)
    guard flags & Self.requiredFlags == 0 else { throw KoqError(.unsupportedFlags(flags), offset: 12) }
    sectionCount = Int(clamping: bytes.littleEndian(at: 16, as: UInt32.self))
    entrySize = Int(clamping: bytes.littleEndian(at: 20, as: UInt32.self))
    totalLength = Int(clamping: bytes.littleEndian(at: 24, as: UInt64.self))
    tableOffset = Int(clamping: bytes.littleEndian(at: 32, as: UInt64.self))
    tableHash = bytes.littleEndian(at: 40)
    contentHash = bytes.littleEndian(at: 48)
    try checkExtents(fileSize)
  }

  private static func checkMagic(_ bytes: UnsafeRawBufferPointer, _ fileSize: Int) throws(KoqError) {
    if fileSize == 0 { throw KoqError(.empty) }
    guard bytes.count >= 8 else { throw KoqError(.notKoq) }
    let found = bytes.littleEndian(at: 0, as: UInt64.self)
    if found != magic {
      let sameStart = UInt32(truncatingIfNeeded: found) == UInt32(truncatingIfNeeded: magic)
      throw KoqError(sameStart ? .convertedAsText : .notKoq, offset: 0)
    }
    guard bytes.count >= size else { throw KoqError(.truncated(expected: size, actual: fileSize)) }
  }

  private func checkExtents(_ fileSize: Int) throws(KoqError) {
    if totalLength > fileSize { throw KoqError(.truncated(expected: totalLength, actual: fileSize)) }
    if totalLength < fileSize { throw KoqError(.trailingBytes(expected: totalLength, actual: fileSize)) }
    guard sectionCount <= Self.maximumSections else {
      throw KoqError(.invalidHeader("more than 16384 sections"), offset: 16)
    }
    guard entrySize >= SectionEntry.encodedSize, entrySize <= 1024, entrySize % 8 == 0 else {
      throw KoqError(.invalidHeader("size of a table entry"), offset: 20)
    }
    guard tableOffset >= Self.size, tableOffset % 64 == 0, tableOffset <= totalLength,
      totalLength - tableOffset == tableLength
    else { throw KoqError(.invalidHeader("the table is not at the end of the file"), offset: 32) }
  }

  /// Writes the 64 bytes.
  package func encode(into bytes: UnsafeMutableRawBufferPointer) {
    bytes.store(littleEndian: Self.magic, at: 0)
    bytes.store(littleEndian: major, at: 8)
    bytes.store(littleEndian: minor, at: 10)
    bytes.store(littleEndian: flags, at: 12)
    bytes.store(littleEndian: UInt32(clamping: sectionCount), at: 16)
    bytes.store(littleEndian: UInt32(clamping: entrySize), at: 20)
    bytes.store(littleEndian: UInt64(clamping: totalLength), at: 24)
    bytes.store(littleEndian: UInt64(clamping: tableOffset), at: 32)
    bytes.store(littleEndian: tableHash, at: 40)
    bytes.store(littleEndian: contentHash, at: 48)
    bytes.store(littleEndian: XXH3.hash(UnsafeRawBufferPointer(bytes).slice(0..<56)), at: 56)
  }
}
