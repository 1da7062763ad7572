import CShims
import KoQuant

/// A `.koq` file put together from the description in docs/format.md alone, so that tests can break any rule.
struct KoqImage {
  struct Piece {
    var name: [UInt8]
    var kind: UInt8 = 0
    var elementType: UInt8 = 0
    var shape: [UInt32]
    var codec: UInt8 = 0
    var alignment: UInt32 = 64
    var raw: [UInt8]
    var rowsPerBlock: UInt32 = 0
    var attribute: UInt32 = 0
    var reserved: UInt32 = 0
    /// Overrides what follows from `raw`.
    var stored: [UInt8]?
    var offset: UInt64?
    var storedLength: UInt64?
    var rawLength: UInt64?
    var rank: UInt8?
    var blockCount: UInt32?
    var rawHash: UInt64?
    var storedHash: UInt64?

    init(_ name: String, _ raw: [UInt8], type: UInt8 = 0, shape: [UInt32]? = nil) {
      self.name = Array(name.utf8)
      self.raw = raw
      elementType = type
      self.shape = shape ?? [UInt32(raw.count)]
    }

    /// The same, compressed, in blocks when `rows` is not 0.
    func zstd(rows: UInt32 = 0) -> Piece {
      var piece = self
      piece.codec = 1
      piece.rowsPerBlock = rows
      guard rows > 0 else {
        piece.stored = KoqImage.compress(raw)
        return piece
      }
      let length = raw.count / Int(shape[0]) * Int(rows)
      var frames: [UInt8] = []
      var index: [UInt8] = []
      for start in stride(from: 0, to: raw.count, by: length) {
        let block = Array(raw[start..<min(raw.count, start + length)])
        frames += KoqImage.compress(block)
        index += KoqImage.bytes(UInt64(frames.count)) + KoqImage.bytes(KoqImage.hash(block))
      }
      piece.stored = frames + index
      return piece
    }
  }

  var pieces: [Piece]
  var major: UInt16 = 1
  var minor: UInt16 = 0
  var flags: UInt32 = 0
  var sectionCount: UInt32?
  var entrySize: UInt32 = 128
  var totalLength: UInt64?
  var tableOffset: UInt64?
  /// Applied to the table before its hashes are taken.
  var editTable: (inout [UInt8]) -> Void = { _ in }
  /// Appended after the table, and counted.
  var tail: [UInt8] = []

  init(_ pieces: [Piece]) { self.pieces = pieces }

  func build() -> [UInt8] {
    var file = [UInt8](repeating: 0, count: 64)
    var table: [UInt8] = []
    for piece in pieces {
      let stored = piece.stored ?? piece.raw
      file.pad(to: max(1, Int(piece.alignment)))
      table += entry(piece, offset: UInt64(file.count), stored: stored)
      table += [UInt8](repeating: 0xEE, count: Int(entrySize) - 128)
      file += stored
    }
    file.pad(to: 64)
    editTable(&table)
    let offset = tableOffset ?? UInt64(file.count)
    file += table + tail
    var header: [UInt8] = [0x89, 0x4B, 0x4F, 0x51, 0x0D, 0x0A, 0x1A, 0x0A]
    header += Self.bytes(major) + Self.bytes(minor) + Self.bytes(flags)
    header += Self.bytes(sectionCount ?? UInt32(pieces.count)) + Self.bytes(entrySize)
    header += Self.bytes(totalLength ?? UInt64(file.count)) + Self.bytes(offset)
    header += Self.bytes(Self.hash(table)) + Self.bytes(contentHash(table))
    header += Self.bytes(Self.hash(header))
    file.replaceSubrange(0..<64, with: header)
    return file
  }

  private func entry(_ piece: Piece, offset: UInt64, stored: [UInt8]) -> [UInt8] {
    var entry = piece.name + [UInt8](repeating: 0, count: max(0, 48 - piece.name.count))
    entry += [piece.kind, piece.elementType, piece.rank ?? UInt8(piece.shape.count), piece.codec]
    entry += Self.bytes(piece.alignment)
    for index in 0..<4 { entry += Self.bytes(index < piece.shape.count ? piece.shape[index] : 0) }
    entry += Self.bytes(piece.offset ?? offset) + Self.bytes(piece.storedLength ?? UInt64(stored.count))
    entry += Self.bytes(piece.rawLength ?? UInt64(piece.raw.count))
    entry +=
      Self.bytes(piece.storedHash ?? Self.hash(stored)) + Self.bytes(piece.rawHash ?? Self.hash(piece.raw))
    let rows = Int(piece.shape.first ?? 1)
    let perBlock = Int(piece.rowsPerBlock)
    let blocks = UInt32(perBlock == 0 ? 0 : (rows + perBlock - 1) / perBlock)
    entry += Self.bytes(piece.rowsPerBlock) + Self.bytes(piece.blockCount ?? blocks)
    return entry + Self.bytes(piece.attribute) + Self.bytes(piece.reserved)
  }

  private func contentHash(_ table: [UInt8]) -> UInt64 {
    var content: [UInt8] = []
    for start in stride(from: 0, to: table.count, by: Int(entrySize)) {
      var entry = Array(table[start..<start + 128])
      for index in [51...51, 52...55, 72...87, 96...103, 112...119].joined() { entry[index] = 0 }
      content += entry
    }
    return Self.hash(content)
  }

  static func bytes<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  static func hash(_ bytes: [UInt8]) -> UInt64 { bytes.withUnsafeBytes { XXH3.hash($0) } }

  static func compress(_ bytes: [UInt8], level: Int32 = 3) -> [UInt8] {
    let compressor = kqs_compressor_create(level)
    defer { kqs_compressor_destroy(compressor) }
    var output = [UInt8](repeating: 0, count: kqs_compress_bound(bytes.count))
    let size = kqs_compress(compressor, bytes, bytes.count, &output, output.count)
    return Array(output.prefix(max(0, Int(size))))
  }

  /// Bytes that compress, but not to nothing.
  static func pattern(_ count: Int, seed: Int = 1) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: ($0 &* $0 / 7 &+ seed) & 0x0F) }
  }

  /// One section of each sort, small enough to break it at every byte.
  static var sample: KoqImage {
    var weights = Piece("layers.0.output.weights", pattern(240), type: 1, shape: [3, 5, 4, 4])
    weights.attribute = 128
    var document = Piece("provenance", Array(#"{"converter":"koquant"}"#.utf8))
    document.kind = 1
    return KoqImage([
      document,
      Piece("embeddings.word.values", pattern(350, seed: 5), type: 1, shape: [7, 50]).zstd(rows: 3),
      weights, Piece("scales", pattern(96, seed: 2), type: 5, shape: [24]).zstd(),
      Piece("empty", [], type: 5, shape: [0, 16]), Piece("scalar", [1, 2, 3, 4], type: 3, shape: []),
    ])
  }
}

extension [UInt8] {
  mutating func pad(to alignment: Int) {
    while count % alignment != 0 { append(0) }
  }
}

/// Opens bytes that are in memory.
@discardableResult
func withKoqFile<Result>(_ image: [UInt8], _ body: (KoqFile) throws -> Result) throws -> Result {
  let buffer = try AlignedBuffer(byteCount: image.count)
  buffer.bytes.copyBytes(from: image)
  let file = try KoqFile(memory: UnsafeRawBufferPointer(buffer.bytes))
  return try withExtendedLifetime(buffer) { try body(file) }
}

extension KoqFile {
  func decoded(_ entry: SectionEntry, _ decoder: SectionDecoder) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0xAA, count: entry.rawLength)
    try bytes.withUnsafeMutableBytes { try decode(entry, into: $0, using: decoder) }
    return bytes
  }

  func decodedRows(_ entry: SectionEntry, _ rows: Range<Int>, _ decoder: SectionDecoder) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0xAA, count: rows.count * entry.rowLength)
    try bytes.withUnsafeMutableBytes { try decodeRows(entry, rows, into: $0, using: decoder) }
    return bytes
  }
}
